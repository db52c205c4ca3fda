/**
 * What differs in words where a service searches: what is sent, and to whom. Loaded by elements with `remote`. The keys
 * are those of words/en.ts, and `busyProblem`, which only a service causes.
 */
import { fill, type Messages } from '../words/messages.ts';
import { primaryOf } from '../words/page-language.ts';

export type RemoteMessages = Pick<Messages, 'private' | 'aboutPrivate' | 'loadingWhy'> & {
  readonly busyProblem: string;
};

type Row = readonly [privacy: string, about: string, loadingWhy: string, busy: string];

/** `{host}` is the service's. */
export const REMOTE_WORDS: Readonly<Record<string, Row>> = {
  ar: [
    'تبقى صورتك على هذا الجهاز. تُرسَل بصمتها الرقمية وعوامل التصفية والكلمات التي تكتبها إلى {host}.',
    'لا تُرفَع صورتك أبدًا. تُرسَل بصمتها الرقمية وعوامل التصفية والكلمات التي تكتبها إلى {host}، وهناك تُقارَن بالفهرس.',
    'تُقرأ صورتك بعد ذلك هنا على جهازك. في المرة القادمة لا حاجة إلى أي تنزيل.',
    'تصل إلى البحث طلبات كثيرة الآن. انتظر لحظة ثم حاول مجددًا.',
  ],
  de: [
    'Ihr Foto bleibt auf diesem Gerät. Sein numerischer Fingerabdruck, Ihre Filter und die Wörter, die Sie eingeben, werden an {host} gesendet.',
    'Ihr Foto wird nie hochgeladen. Sein numerischer Fingerabdruck, Ihre Filter und die Wörter, die Sie eingeben, werden an {host} gesendet und dort mit dem Katalog verglichen.',
    'Ihr Foto wird dann hier gelesen, auf Ihrem Gerät. Beim nächsten Mal ist kein Download nötig.',
    'Die Suche ist gerade sehr ausgelastet. Bitte warten Sie einen Moment und versuchen Sie es noch einmal.',
  ],
  en: [
    'Your photo stays on this device. Its numeric fingerprint, your filters and the words you type are sent to {host}.',
    'Your photo is never uploaded. Its numeric fingerprint, your filters and the words you type are sent to {host} and compared with the catalogue there.',
    'Your photo is then read right here, on your device. Next time there is nothing to download.',
    'The search is very busy right now. Wait a moment and try again.',
  ],
  es: [
    'Su foto se queda en este dispositivo. Su huella numérica, sus filtros y las palabras que escriba se envían a {host}.',
    'Su foto nunca se sube. Su huella numérica, sus filtros y las palabras que escriba se envían a {host}, donde se comparan con el catálogo.',
    'Después, su foto se lee aquí mismo, en su dispositivo. La próxima vez no habrá nada que descargar.',
    'Hay muchas búsquedas en este momento. Espere un momento y vuelva a intentarlo.',
  ],
  fr: [
    'Votre photo reste sur cet appareil. Son empreinte numérique, vos filtres et les mots que vous saisissez sont envoyés à {host}.',
    'Votre photo n’est jamais envoyée. Son empreinte numérique, vos filtres et les mots que vous saisissez sont envoyés à {host}, où ils sont comparés au catalogue.',
    'Votre photo est ensuite lue ici même, sur votre appareil. La prochaine fois, il n’y aura rien à télécharger.',
    'Il y a beaucoup de recherches en ce moment. Patientez un instant, puis réessayez.',
  ],
  it: [
    'La foto resta su questo dispositivo. La sua impronta numerica, i filtri e le parole che scrivi vengono inviati a {host}.',
    'La foto non viene mai caricata. La sua impronta numerica, i filtri e le parole che scrivi vengono inviati a {host}, dove sono confrontati con il catalogo.',
    'Poi la foto viene letta proprio qui, sul dispositivo. La prossima volta non ci sarà nulla da scaricare.',
    'Ci sono molte ricerche in questo momento. Attendi un attimo e riprova.',
  ],
  ja: [
    '写真はこの端末から出ません。数値化した特徴、絞り込みの条件、入力した言葉が {host} に送信されます。',
    '写真がアップロードされることはありません。数値化した特徴、絞り込みの条件、入力した言葉が {host} に送信され、そこでカタログと比較されます。',
    '写真はその後、この端末の中で読み取られます。次回はダウンロードの必要がありません。',
    'ただいま検索が混み合っています。しばらく待ってから、もう一度お試しください。',
  ],
  ko: [
    '사진은 이 기기에만 남습니다. 사진의 특징을 나타내는 숫자와 필터, 입력한 단어가 {host}(으)로 전송됩니다.',
    '사진은 업로드되지 않습니다. 사진의 특징을 나타내는 숫자와 필터, 입력한 단어가 {host}(으)로 전송되어 그곳에서 카탈로그와 비교됩니다.',
    '그런 다음 사진을 바로 이 기기에서 읽습니다. 다음번에는 다운로드할 것이 없습니다.',
    '지금 검색이 몰리고 있습니다. 잠시 기다린 후 다시 시도하세요.',
  ],
  pt: [
    'A sua foto fica neste dispositivo. A sua impressão numérica, os filtros e as palavras que escrever são enviados para {host}.',
    'A sua foto nunca é carregada. A sua impressão numérica, os filtros e as palavras que escrever são enviados para {host}, onde são comparados com o catálogo.',
    'Depois, a sua foto é lida aqui mesmo, no seu dispositivo. Na próxima vez não há nada para transferir.',
    'Há muitas pesquisas neste momento. Aguarde um instante e tente novamente.',
  ],
  zh: [
    '照片不会离开本机。它的数字特征、您的筛选条件和输入的文字会发送到 {host}。',
    '照片绝不会上传。它的数字特征、您的筛选条件和输入的文字会发送到 {host}，在那里与目录比对。',
    '之后照片就在本机上读取。下次无需再下载。',
    '现在搜索的人很多，请稍候再试。',
  ],
};

/**
 * English if the language is missing.
 * @param service absolute URL
 */
export function remoteWordsFor(language: string, service: string): RemoteMessages {
  const primary = primaryOf(language);
  const own = Object.hasOwn(REMOTE_WORDS, primary) ? REMOTE_WORDS[primary] : undefined;
  const { host } = new URL(service);
  const [privacy, about, loadingWhy, busy] = (own ?? (REMOTE_WORDS.en as Row)).map((text) =>
    fill(text, { host }),
  ) as unknown as Row;
  return { private: privacy, aboutPrivate: about, loadingWhy, busyProblem: busy };
}
