import type { Messages } from './messages.ts';

/** Deutsch */
export const de: Messages = {
  label: 'Bildersuche',
  drop: 'Foto hier ablegen oder einfügen',
  dropNow: 'Loslassen, um mit diesem Foto zu suchen',
  dropAnywhere: 'An beliebiger Stelle loslassen, um mit diesem Foto zu suchen',
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
  lookingAtPhoto: 'Ihr Foto wird ausgewertet…',
  comparing: 'Vergleich mit dem Katalog…',
  loadingIndex: 'Der Katalog wird geladen…',
  loadingModel: 'Das Bildmodell wird geladen…',
  loadingIndexBytes: 'Der Katalog wird geladen: {loaded} von {total} MB',
  loadingModelBytes: 'Das Bildmodell wird geladen: {loaded} von {total} MB',
  loadingWhy:
    'Danach wird Ihr Foto direkt auf Ihrem Gerät verglichen. Beim nächsten Mal muss nichts heruntergeladen werden.',
  indexFromDevice: 'Der Katalog wird von diesem Gerät geladen…',
  modelFromDevice: 'Das Bildmodell wird von diesem Gerät geladen…',
  askLoad:
    'Für diese Suche müssen {total} MB heruntergeladen werden. Sie bleiben für das nächste Mal auf Ihrem Gerät gespeichert.',
  load: 'Herunterladen und suchen',
  notNow: 'Jetzt nicht',
  similar: { one: '{n} ähnliches Bild', other: '{n} ähnliche Bilder' },
  similarAtLeast: {
    one: 'Mindestens {n} ähnliches Bild',
    other: 'Mindestens {n} ähnliche Bilder',
  },
  nearest: 'Ähnlichste Bilder',
  noneSimilar: 'Keines davon sieht Ihrem Foto wirklich ähnlich.',
  firstSimilar: {
    one: 'Nur das erste sieht Ihrem Foto wirklich ähnlich.',
    other: 'Nur die ersten {n} sehen Ihrem Foto wirklich ähnlich.',
  },
  nothing: 'Keine ähnlichen Bilder gefunden',
  nothingWhy:
    'Nichts hier sieht Ihrem Foto wirklich ähnlich. Am besten eignet sich ein gut beleuchtetes Foto, das einen einzelnen Gegenstand aus der Nähe zeigt.',
  nothingFiltered: 'Keine ähnlichen Bilder passen zu Ihren Filtern.',
  filters: 'Filtern und sortieren',
  clearFilters: 'Filter zurücksetzen',
  order: 'Sortierung',
  byLikeness: 'Ähnlichste zuerst',
  ascending: '{name}: aufsteigend',
  descending: '{name}: absteigend',
  showNearest: 'Trotzdem die ähnlichsten zeigen',
  showMore: 'Mehr anzeigen',
  showingMore: 'Weitere werden geladen…',
  shown: { one: '{n} Bild angezeigt', other: '{n} Bilder angezeigt' },
  shownOf: '{shown} von {total} Bildern angezeigt',
  moreFailed: 'Weitere Bilder konnten nicht geladen werden.',
  tryAgain: 'Erneut versuchen',
  alike: '{percent} ähnlich',
  cosine: 'Kosinus {cosine}',
  moreLike: 'Mehr davon',
  moreLikeOf: 'Mehr wie dieses: {name}',
  moreViews: { one: '{n} weitere Ansicht', other: '{n} weitere Ansichten' },
  about: 'Über diese Suche',
  aboutPrivate: 'Bilder werden auf Ihrem Gerät verglichen. Ihr Foto wird nicht hochgeladen.',
  aboutCatalogue: {
    one: 'Der Katalog enthält {n} Bild.',
    other: 'Der Katalog enthält {n} Bilder.',
  },
  aboutModel: 'Modell: {model}. Lizenz: {licence}.',
  aboutKept:
    'Diese Website speichert {total} MB auf Ihrem Gerät, damit die nächste Suche sofort startet.',
  aboutRecent: 'Kleine Kopien Ihrer letzten Suchen bleiben auf diesem Gerät, bis Sie sie löschen.',
  forget: 'Gespeicherte Daten löschen',
  forgetting: 'Wird gelöscht…',
  forgotten:
    'Alles, was diese Suche auf Ihrem Gerät gespeichert hat, wurde gelöscht. Die nächste Suche lädt es erneut herunter.',
  itemGone: 'Das Bild zu diesem Link ist nicht mehr im Katalog.',
  offlineProblem: 'Sie sind offline. Die Suche wird fortgesetzt, sobald Sie wieder online sind.',
  photoProblem: 'Mit diesem Foto kann nicht gesucht werden.',
  photoDamaged: 'Das Foto ist beschädigt; nur der lesbare Teil wurde verwendet.',
  memoryOnly:
    'Für den nächsten Besuch kann nichts gespeichert werden: Der Speicher dieses Browsers ist gesperrt oder voll.',
  engineFallback:
    'Die schnellste Engine läuft auf diesem Gerät nicht, daher dauern Suchen etwas länger.',
  offlineNotice: 'Sie sind offline: Gesucht wird in der auf diesem Gerät gespeicherten Kopie.',
  serverNotice:
    'Der Server dieser Website hat {detail} geantwortet: Gesucht wird in der auf diesem Gerät gespeicherten Kopie.',
  workerRestarted: 'Die Suche wurde auf diesem Gerät beendet und neu gestartet.',
  asleep:
    'Die Suche ist angehalten, um Speicher zu sparen; sie läuft bei der nächsten Suche weiter.',
  networkProblem:
    'Die Suche konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
  bundleProblem: 'Dieser Katalog kann gerade nicht durchsucht werden.',
  modelProblem: 'Das Bildmodell dieses Katalogs funktioniert auf diesem Gerät nicht.',
  workerProblem: 'Die Suche wurde unerwartet beendet.',
  usageProblem: 'Diese Suche ist nicht richtig eingerichtet.',
  otherProblem: 'Etwas ist schiefgegangen.',
  notAPhotoFile: '„{name}“ ist kein Foto. Legen Sie eine Bilddatei ab, zum Beispiel JPEG oder PNG.',
  notAPhoto:
    'Das ist kein Foto. Speichern Sie das Bild zuerst auf Ihrem Gerät und legen Sie dann die Datei hier ab.',
  address: 'Oder die URL eines Bildes eingeben',
  addressLabel: 'URL eines Bildes',
  addressSearch: 'Suchen',
  addressFetching: 'Das Bild wird von {host} heruntergeladen…',
  addressNone:
    'Das ist nicht die URL eines Bildes. Sie muss mit https:// beginnen und direkt zum Bild führen.',
  addressRefused:
    '{host} ist nicht erreichbar oder erlaubt anderen Websites nicht, seine Bilder zu verwenden. Speichern Sie das Bild auf Ihrem Gerät und wählen Sie die Datei hier aus.',
  addressPolicy:
    'Diese Seite kann keine Bilder von anderen Websites herunterladen. Speichern Sie das Bild auf Ihrem Gerät und wählen Sie die Datei hier aus.',
  addressOffline:
    'Sie sind offline, daher kann das Bild nicht heruntergeladen werden. Versuchen Sie es später erneut oder wählen Sie ein Foto von Ihrem Gerät.',
  addressSlow:
    'Das Herunterladen des Bildes von {host} hat zu lange gedauert. Versuchen Sie es erneut oder wählen Sie hier eine Datei aus.',
  addressStatus: '{host} hat unter dieser URL kein Bild (Antwort: {detail}). Prüfen Sie die URL.',
  addressType:
    'Diese URL liefert {detail}, kein Bild. Öffnen Sie das Bild einzeln und kopieren Sie seine URL.',
  addressSize: 'Dieses Bild ist größer als {total} MB. Wählen Sie ein kleineres.',
  crop: 'Ausschnitt wählen',
  cropDone: 'Fertig',
  cropAll: 'Ganzes Foto',
  cropLabel: 'Rahmen um den Teil, nach dem gesucht wird',
  cropHint:
    'Pfeiltasten verschieben den Rahmen, Umschalt mit Pfeiltaste ändert seine Größe, Escape wählt das ganze Foto.',
  cropStatus: '{width} mal {height} des Fotos, {left} von links, {top} von oben',
  cropWhole: 'Das ganze Foto',
  turn: 'Drehen',
  recent: 'Letzte Suchen',
  recentClear: 'Löschen',
  recentPhoto: 'Foto, gesucht am {when}',
  cameraShoot: 'Aufnehmen',
  cameraOther: 'Kamera wechseln',
  cameraClose: 'Schließen',
  cameraDenied:
    'Diese Seite darf die Kamera nicht verwenden. Erlauben Sie es in den Einstellungen Ihres Browsers oder wählen Sie ein Foto.',
  cameraNone: 'Keine Kamera gefunden. Schließen Sie eine an oder wählen Sie ein Foto.',
  cameraBusy:
    'Die Kamera reagiert nicht. Vielleicht verwendet sie ein anderes Programm: Schließen Sie es oder wählen Sie ein Foto.',
  cameraFailed: 'Die Kamera kann hier nicht verwendet werden. Wählen Sie stattdessen ein Foto.',
};
