import type { Messages } from './messages.ts';

/** Deutsch */
export const de: Messages = {
  label: 'Suche mit Bild',
  drop: 'Foto hier ablegen oder einfügen',
  dropNow: 'Loslassen, um mit diesem Foto zu suchen',
  dropAnywhere: 'Irgendwo loslassen, um mit diesem Foto zu suchen',
  give: 'Beginnen Sie mit einem Foto von etwas, das Ihnen gefällt',
  choose: 'Foto auswählen',
  another: 'Anderes Foto',
  take: 'Foto aufnehmen',
  private: 'Ihr Foto bleibt auf diesem Gerät.',
  yourPhoto: 'Ihr Foto',
  noPreview: 'Keine Vorschau',
  noPicture: 'Kein Bild',
  readingPhoto: 'Ihr Foto wird gelesen…',
  openingCatalogue: 'Der Katalog wird geöffnet…',
  gettingReady: 'Gleich bereit…',
  lookingAtPhoto: 'Ihr Foto wird betrachtet…',
  comparing: 'Es wird mit dem Katalog verglichen…',
  loadingIndex: 'Der Katalog wird geladen…',
  loadingModel: 'Das Bildmodell wird geladen…',
  loadingIndexBytes: 'Der Katalog wird geladen: {loaded} von {total} MB',
  loadingModelBytes: 'Das Bildmodell wird geladen: {loaded} von {total} MB',
  loadingWhy:
    'Danach wird Ihr Foto hier auf Ihrem Gerät verglichen. Beim nächsten Mal muss nichts geladen werden.',
  indexFromDevice: 'Der Katalog wird von diesem Gerät geladen…',
  modelFromDevice: 'Das Bildmodell wird von diesem Gerät geladen…',
  askLoad:
    'Um Ihr Foto zu betrachten, müssen {total} MB geladen werden. Ihr Gerät behält sie für das nächste Mal.',
  load: 'Laden und suchen',
  notNow: 'Jetzt nicht',
  similar: { one: '{n} ähnliches Bild', other: '{n} ähnliche Bilder' },
  similarAtLeast: {
    one: 'Mindestens {n} ähnliches Bild',
    other: 'Mindestens {n} ähnliche Bilder',
  },
  nearest: 'Die nächsten Bilder',
  noneSimilar: 'Keines davon ist Ihrem Foto wirklich ähnlich.',
  firstSimilar: {
    one: 'Nur das erste ist Ihrem Foto wirklich ähnlich.',
    other: 'Nur die ersten {n} sind Ihrem Foto wirklich ähnlich.',
  },
  nothing: 'Nichts Ähnliches gefunden',
  nothingWhy:
    'Kein Bild hier sieht Ihrem ähnlich. Ein Foto, das ein Ding zeigt, groß und in gutem Licht, findet mehr.',
  nothingFiltered: 'Nichts Ähnliches passt auch zu Ihrer Auswahl unten.',
  filters: 'Filtern und ordnen',
  clearFilters: 'Filter aufheben',
  order: 'Ordnung',
  byLikeness: 'Ähnlichste zuerst',
  ascending: '{name}: aufsteigend',
  descending: '{name}: absteigend',
  showNearest: 'Trotzdem die nächsten zeigen',
  showMore: 'Mehr zeigen',
  showingMore: 'Mehr wird geladen…',
  shown: { one: '{n} Bild gezeigt', other: '{n} Bilder gezeigt' },
  shownOf: '{shown} von {total} Bildern gezeigt',
  moreFailed: 'Die nächsten Bilder konnten nicht geladen werden.',
  tryAgain: 'Noch einmal versuchen',
  alike: 'zu {percent} ähnlich',
  cosine: 'Kosinus {cosine}',
  moreLike: 'Ähnliche',
  moreLikeOf: 'Ähnliche: {name}',
  moreViews: { one: '{n} weitere Ansicht', other: '{n} weitere Ansichten' },
  about: 'Über diese Suche',
  aboutPrivate: 'Bilder werden auf Ihrem Gerät verglichen. Ihr Foto wird nirgendwohin gesendet.',
  aboutCatalogue: {
    one: '{n} Bild ist hier zu finden.',
    other: '{n} Bilder sind hier zu finden.',
  },
  aboutModel: 'Modell: {model}. Lizenz: {licence}.',
  aboutKept:
    'Diese Seite bewahrt {total} MB auf Ihrem Gerät auf, damit die nächste Suche sofort beginnt.',
  aboutRecent: 'Ihre letzten Suchen werden klein auf diesem Gerät aufbewahrt, bis Sie sie löschen.',
  forget: 'Alles vergessen',
  forgetting: 'Wird vergessen…',
  forgotten:
    'Alles, was diese Suche hier aufbewahrt hatte, ist gelöscht. Die nächste Suche lädt es neu.',
  itemGone: 'Das Bild dieses Links ist nicht mehr im Katalog.',
  offlineProblem:
    'Sie sind offline. Die Suche geht von selbst weiter, wenn die Verbindung wieder da ist.',
  photoProblem: 'Mit diesem Foto kann nicht gesucht werden.',
  photoDamaged: 'Das Foto ist beschädigt; der lesbare Teil wurde verwendet.',
  memoryOnly:
    'Dieser Browser behält nichts für den nächsten Besuch: sein Speicher ist gesperrt oder voll.',
  engineFallback:
    'Das schnellste Verfahren läuft auf diesem Gerät nicht, darum dauert es etwas länger.',
  offlineNotice: 'Keine Verbindung: gesucht wird in dem, was dieses Gerät behalten hat.',
  serverNotice:
    'Der Server dieser Seite antwortet {detail}: gesucht wird in dem, was dieses Gerät behalten hat.',
  workerRestarted: 'Die Suche war auf diesem Gerät stehen geblieben und wurde neu gestartet.',
  asleep: 'Die Suche schläft, um Speicher zu sparen. Die nächste weckt sie.',
  networkProblem:
    'Die Suche konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.',
  bundleProblem: 'Dieser Katalog kann gerade nicht durchsucht werden.',
  modelProblem: 'Das Bildmodell dieses Katalogs kann auf diesem Gerät nicht verwendet werden.',
  workerProblem: 'Die Suche ist unerwartet stehen geblieben.',
  usageProblem: 'Diese Suche ist nicht richtig eingerichtet.',
  otherProblem: 'Etwas ist schiefgegangen.',
  notAPhotoFile: '„{name}“ ist kein Foto. Legen Sie eine Bilddatei ab, etwa JPEG oder PNG.',
  notAPhoto:
    'Das war kein Foto. Speichern Sie das Bild zuerst auf Ihrem Gerät und legen Sie die Datei hier ab.',
  address: 'Oder die Adresse eines Bildes angeben',
  addressLabel: 'Adresse eines Bildes',
  addressSearch: 'Suchen',
  addressFetching: 'Das Bild wird von {host} geholt…',
  addressNone:
    'Das ist keine Adresse eines Bildes. Sie beginnt mit https:// und führt zum Bild selbst.',
  addressRefused:
    '{host} ist nicht erreichbar oder gibt seine Bilder nicht an andere Seiten. Speichern Sie das Bild auf Ihrem Gerät und geben Sie die Datei hier an.',
  addressPolicy:
    'Diese Seite darf keine Bilder von anderen Seiten holen. Speichern Sie das Bild auf Ihrem Gerät und geben Sie die Datei hier an.',
  addressOffline:
    'Es gibt keine Verbindung, um das Bild zu holen. Versuchen Sie es später oder nehmen Sie ein eigenes Foto.',
  addressSlow:
    'Das Bild von {host} kam nicht rechtzeitig. Versuchen Sie es noch einmal oder geben Sie die Datei hier an.',
  addressStatus:
    '{host} hat unter dieser Adresse kein Bild (Antwort: {detail}). Prüfen Sie die Adresse.',
  addressType:
    'Diese Adresse führt nicht zu einem Bild, sondern zu {detail}. Öffnen Sie das Bild für sich und geben Sie dessen Adresse an.',
  addressSize: 'Dieses Bild ist größer als {total} MB. Geben Sie ein kleineres an.',
  crop: 'Ausschnitt wählen',
  cropDone: 'Fertig',
  cropAll: 'Ganzes Foto',
  cropLabel: 'Rahmen um den Teil, mit dem gesucht wird',
  cropHint:
    'Pfeiltasten bewegen ihn, Umschalt mit Pfeiltaste ändert die Größe, Escape nimmt das ganze Foto.',
  cropStatus: '{width} mal {height} des Fotos, {left} von links, {top} von oben',
  cropWhole: 'Das ganze Foto',
  turn: 'Drehen',
  recent: 'Ihre letzten Suchen',
  recentClear: 'Löschen',
  recentPhoto: 'Foto, gesucht am {when}',
  cameraShoot: 'Aufnehmen',
  cameraOther: 'Andere Kamera',
  cameraClose: 'Schließen',
  cameraDenied:
    'Die Kamera darf hier nicht verwendet werden. Erlauben Sie es in den Einstellungen des Browsers oder wählen Sie ein Foto.',
  cameraNone: 'Keine Kamera gefunden. Schließen Sie eine an oder wählen Sie ein Foto.',
  cameraBusy:
    'Die Kamera antwortet nicht. Vielleicht nutzt sie ein anderes Programm: schließen Sie es oder wählen Sie ein Foto.',
  cameraFailed: 'Die Kamera kann hier nicht verwendet werden. Wählen Sie ein Foto.',
};
