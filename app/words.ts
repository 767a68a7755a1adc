/** The shell's own words, in the language of the window. */

const fr = {
  open: 'Ouvrir Astreinte',
  receives: (address: string) => `Reçoit : ${address}`,
  doesNotReceive: 'Ne reçoit pas',
  quit: 'Quitter Astreinte',
  quitTitle: 'Quitter Astreinte ?',
  quitDetail:
    'La station cesse de recevoir : les envois des modalités seront refusés jusqu’au prochain démarrage. Tout ce qui a été reçu est conservé.',
  cancel: 'Annuler',
  stillReceivesTitle: 'Astreinte continue de recevoir',
  stillReceivesDetail:
    'La fenêtre est fermée, la station reste active dans la zone de notification. Relancez Astreinte pour rouvrir la fenêtre ; « Quitter » arrête la réception.',
  understood: 'Compris',
  stationFailedTitle: 'La station ne démarre pas',
  stationFailedDetail: 'Rien de ce qui a été reçu n’est perdu. Réessayez ; si cela se répète, transmettez ce détail :',
  stationNeedsRoom: (room: number) =>
    `Le disque est plein : la station n’a pas la place d’ouvrir ce qu’elle garde. Rien n’est perdu. Libérez ${room} Mo sur ce disque, puis réessayez. Détail :`,
  windowFailedTitle: 'L’affichage s’est arrêté plusieurs fois',
  windowFailedDetail:
    'La station continue de recevoir et rien n’est perdu. Réessayez ; si cela se répète, transmettez ce détail :',
  again: 'Réessayer',
  updateReadyTitle: 'Une mise à jour est prête',
  updateReadyDetail: 'L’installer maintenant arrête la réception pendant une minute environ.',
  installNow: 'Installer et redémarrer',
  later: 'Plus tard',
  wordsTitle: 'Des mots ne sont pas enregistrés',
  wordsDetail:
    'Fermer cette page maintenant perdrait du texte que la station n’a pas. Revenez-y pour le copier ou l’enregistrer.',
  leaveWords: 'Fermer et perdre ces mots',
  backToText: 'Revenir au texte',
  edit: 'Édition',
  view: 'Affichage',
}

export type Words = typeof fr

const en: Words = {
  open: 'Open Astreinte',
  receives: (address) => `Receives: ${address}`,
  doesNotReceive: 'Does not receive',
  quit: 'Quit Astreinte',
  quitTitle: 'Quit Astreinte?',
  quitDetail:
    'The station stops receiving: what modalities send is refused until the next start. Everything that was received is kept.',
  cancel: 'Cancel',
  stillReceivesTitle: 'Astreinte goes on receiving',
  stillReceivesDetail:
    'The window is closed, the station stays active in the notification area. Start Astreinte again to reopen the window; “Quit” stops receiving.',
  understood: 'OK',
  stationFailedTitle: 'The station does not start',
  stationFailedDetail: 'Nothing that was received is lost. Try again; if it happens again, pass this detail on:',
  stationNeedsRoom: (room) =>
    `The disk is full: the station has no room to open what it keeps. Nothing is lost. Free ${room} MB on that disk, then try again. Detail:`,
  windowFailedTitle: 'The display stopped several times',
  windowFailedDetail:
    'The station goes on receiving and nothing is lost. Try again; if it happens again, pass this detail on:',
  again: 'Try again',
  updateReadyTitle: 'An update is ready',
  updateReadyDetail: 'Installing it now stops receiving for about a minute.',
  installNow: 'Install and restart',
  later: 'Later',
  wordsTitle: 'Some words are not saved',
  wordsDetail: 'Closing this page now would lose text that the station does not have. Go back to copy or save it.',
  leaveWords: 'Close and lose these words',
  backToText: 'Back to the text',
  edit: 'Edit',
  view: 'View',
}

/** The words for a language tag; French unless it is English. */
export const wordsFor = (language: string): Words => (/^en\b/i.test(language) ? en : fr)
