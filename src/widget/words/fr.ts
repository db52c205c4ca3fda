import type { Messages } from './messages.ts';

/** Français */
export const fr: Messages = {
  label: 'Recherche par image',
  drop: 'Déposez ou collez une photo ici',
  dropNow: 'Relâchez pour chercher avec cette photo',
  dropAnywhere: 'Relâchez n’importe où pour chercher avec cette photo',
  give: 'Commencez par une photo de quelque chose qui vous plaît',
  choose: 'Choisir une photo',
  another: 'Autre photo',
  take: 'Prendre une photo',
  private: 'Votre photo reste sur cet appareil.',
  yourPhoto: 'Votre photo',
  noPreview: 'Pas d’aperçu',
  noPicture: 'Pas d’image',
  readingPhoto: 'Lecture de votre photo…',
  openingCatalogue: 'Ouverture du catalogue…',
  gettingReady: 'Préparation…',
  lookingAtPhoto: 'Analyse de votre photo…',
  comparing: 'Comparaison avec le catalogue…',
  loadingIndex: 'Chargement du catalogue…',
  loadingModel: 'Chargement du modèle d’images…',
  loadingIndexBytes: 'Chargement du catalogue : {loaded} sur {total} Mo',
  loadingModelBytes: 'Chargement du modèle d’images : {loaded} sur {total} Mo',
  loadingWhy:
    'Votre photo est ensuite comparée ici même, sur votre appareil. La prochaine fois, il n’y aura rien à télécharger.',
  indexFromDevice: 'Chargement du catalogue depuis cet appareil…',
  modelFromDevice: 'Chargement du modèle d’images depuis cet appareil…',
  askLoad:
    'Cette recherche nécessite un téléchargement de {total} Mo, conservé sur votre appareil pour la prochaine fois.',
  load: 'Télécharger et chercher',
  notNow: 'Pas maintenant',
  similar: { one: '{n} image similaire', other: '{n} images similaires' },
  similarAtLeast: { one: 'Au moins {n} image similaire', other: 'Au moins {n} images similaires' },
  nearest: 'Images les plus proches',
  noneSimilar: 'Aucune ne ressemble vraiment à votre photo.',
  firstSimilar: {
    one: 'Seule la première ressemble vraiment à votre photo.',
    other: 'Seules les {n} premières ressemblent vraiment à votre photo.',
  },
  nothing: 'Aucune image similaire trouvée',
  nothingWhy:
    'Rien ici ne ressemble vraiment à votre photo. Le mieux est une photo rapprochée et bien éclairée d’un seul objet.',
  nothingFiltered: 'Aucune image similaire ne correspond à vos filtres.',
  filters: 'Filtrer et trier',
  clearFilters: 'Effacer les filtres',
  order: 'Tri',
  byLikeness: 'Les plus similaires d’abord',
  ascending: '{name} : croissant',
  descending: '{name} : décroissant',
  showNearest: 'Afficher quand même les plus proches',
  showMore: 'Afficher plus',
  showingMore: 'Chargement…',
  shown: { one: '{n} image affichée', other: '{n} images affichées' },
  shownOf: '{shown} images affichées sur {total}',
  moreFailed: 'Impossible de charger d’autres images.',
  tryAgain: 'Réessayer',
  alike: 'similaire à {percent}',
  cosine: 'Cosinus {cosine}',
  moreLike: 'Similaires',
  moreLikeOf: 'Similaires : {name}',
  moreViews: { one: '{n} autre vue', other: '{n} autres vues' },
  about: 'À propos de cette recherche',
  aboutPrivate: 'Les images sont comparées sur votre appareil. Votre photo n’est jamais envoyée.',
  aboutCatalogue: {
    one: 'Le catalogue contient {n} image.',
    other: 'Le catalogue contient {n} images.',
  },
  aboutModel: 'Modèle : {model}. Licence : {licence}.',
  aboutKept:
    'Ce site conserve {total} Mo sur votre appareil pour que la prochaine recherche démarre aussitôt.',
  aboutRecent:
    'De petites copies de vos recherches récentes restent sur cet appareil jusqu’à ce que vous les effaciez.',
  forget: 'Supprimer les données enregistrées',
  forgetting: 'Suppression…',
  forgotten:
    'Tout ce que cette recherche avait enregistré sur votre appareil est supprimé. La prochaine recherche le téléchargera à nouveau.',
  itemGone: 'L’image de ce lien n’est plus dans le catalogue.',
  offlineProblem: 'Vous êtes hors ligne. La recherche reprendra dès le retour de la connexion.',
  photoProblem: 'Cette photo ne peut pas servir à une recherche.',
  photoDamaged: 'La photo est endommagée ; seule la partie lisible a été utilisée.',
  memoryOnly:
    'Rien ne peut être enregistré pour votre prochaine visite : le stockage de ce navigateur est bloqué ou plein.',
  engineFallback:
    'Le moteur le plus rapide ne fonctionne pas sur cet appareil ; les recherches sont un peu plus longues.',
  offlineNotice:
    'Vous êtes hors ligne : la recherche utilise la copie enregistrée sur cet appareil.',
  serverNotice:
    'Le serveur de ce site a répondu {detail} : la recherche utilise la copie enregistrée sur cet appareil.',
  workerRestarted: 'La recherche s’est arrêtée sur cet appareil et a été relancée.',
  asleep:
    'La recherche est en pause pour économiser la mémoire ; elle reprendra à la prochaine recherche.',
  networkProblem: 'La recherche n’a pas pu être chargée. Vérifiez votre connexion et réessayez.',
  bundleProblem: 'La recherche dans ce catalogue est impossible pour le moment.',
  modelProblem: 'Le modèle d’images de ce catalogue ne fonctionne pas sur cet appareil.',
  workerProblem: 'La recherche s’est arrêtée de façon inattendue.',
  usageProblem: 'Cette recherche est mal configurée.',
  otherProblem: 'Quelque chose s’est mal passé.',
  notAPhotoFile:
    '« {name} » n’est pas une photo. Déposez un fichier image, par exemple JPEG ou PNG.',
  notAPhoto:
    'Ce n’est pas une photo. Enregistrez d’abord l’image sur votre appareil, puis déposez le fichier ici.',
  address: 'Ou saisissez l’URL d’une image',
  addressLabel: 'URL d’une image',
  addressSearch: 'Chercher',
  addressFetching: 'Téléchargement de l’image depuis {host}…',
  addressNone:
    'Ce n’est pas l’URL d’une image. Elle doit commencer par https:// et ouvrir l’image elle-même.',
  addressRefused:
    '{host} est injoignable, ou n’autorise pas les autres sites à utiliser ses images. Enregistrez l’image sur votre appareil, puis choisissez le fichier ici.',
  addressPolicy:
    'Cette page ne peut pas télécharger d’images d’autres sites. Enregistrez l’image sur votre appareil, puis choisissez le fichier ici.',
  addressOffline:
    'Vous êtes hors ligne : l’image ne peut pas être téléchargée. Réessayez plus tard, ou choisissez une photo de votre appareil.',
  addressSlow:
    'L’image de {host} a mis trop de temps à se télécharger. Réessayez, ou choisissez un fichier ici.',
  addressStatus: '{host} n’a pas d’image à cette URL (réponse : {detail}). Vérifiez l’URL.',
  addressType: 'Cette URL renvoie {detail}, pas une image. Ouvrez l’image seule et copiez son URL.',
  addressSize: 'Cette image dépasse {total} Mo. Choisissez-en une plus petite.',
  crop: 'Choisir une partie',
  cropDone: 'Terminé',
  cropAll: 'Photo entière',
  cropLabel: 'Cadre autour de la partie recherchée',
  cropHint:
    'Les flèches déplacent le cadre, Maj et une flèche changent sa taille, Échap sélectionne la photo entière.',
  cropStatus: '{width} sur {height} de la photo, {left} de la gauche, {top} du haut',
  cropWhole: 'La photo entière',
  turn: 'Pivoter',
  recent: 'Recherches récentes',
  recentClear: 'Effacer',
  recentPhoto: 'Photo cherchée le {when}',
  cameraShoot: 'Prendre la photo',
  cameraOther: 'Changer de caméra',
  cameraClose: 'Fermer',
  cameraDenied:
    'Cette page n’est pas autorisée à utiliser la caméra. Autorisez-la dans les réglages du navigateur, ou choisissez une photo.',
  cameraNone: 'Aucune caméra trouvée. Branchez-en une, ou choisissez une photo.',
  cameraBusy:
    'La caméra ne répond pas. Un autre programme l’utilise peut-être : fermez-le, ou choisissez une photo.',
  cameraFailed: 'La caméra ne peut pas être utilisée ici. Choisissez plutôt une photo.',
};
