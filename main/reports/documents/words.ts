/** The words that documents say by themselves, in the report's language. */
import type { Language } from '../../contract/settings.ts'

const french = {
  mean: 'moyenne',
  standardDeviation: 'écart-type',
  minimum: 'minimum',
  maximum: 'maximum',
  area: 'surface',
  hounsfield: 'UH',
  notFilledIn: '—',
  keyImage: 'image clé',
  keyImages: 'Images clés',
  studyOf: 'examen du {{date}}',
  otherStudy: 'autre examen',
  colon: '\u00a0: ',

  seriesMeasurements: 'Mesures',
  seriesReport: 'Compte rendu',
  seriesKeyObjects: 'Images clés',
  seriesPdf: 'Compte rendu (PDF)',

  patient: 'Patient',
  name: 'Nom',
  birthName: 'Nom de naissance',
  birthDate: 'Né(e) le',
  sex: 'Sexe',
  sexes: { M: 'masculin', F: 'féminin', O: 'autre' },
  identifier: 'Identifiant',
  issuedBy: 'émis par',
  accession: 'Numéro d’examen',
  study: 'Examen',
  studyDate: 'Date de l’examen',
  referrer: 'Demandeur',
  organisation: 'Établissement',
  FINESS: 'FINESS',
  RPPS: 'RPPS',
  unknown: 'non renseigné',
  at: 'à',

  provisional: 'COMPTE RENDU PROVISOIRE',
  provisionalDetail: 'Non validé\u00a0: un compte rendu définitif suivra.',
  addendum: 'ADDENDUM',
  addendumTo: 'Complète le compte rendu signé (document DICOM {{uid}}).',
  replaces: 'Remplace le compte rendu provisoire (document DICOM {{uid}}).',
  signedBy: 'Signé par',
  givenOutBy: 'Transmis à titre provisoire par',
  on: 'le',
  page: 'page {{page}} / {{pages}}',
  image: 'Image {{number}}',
  imageMissing: 'Cette image n’a pas pu être reproduite ici\u00a0; elle est dans l’examen.',
  notice:
    'Astreinte n’est pas un dispositif médical\u00a0: logiciel sans marquage CE au titre du règlement (UE) 2017/745. Tout usage clinique relève de la seule responsabilité de l’utilisateur.',
}

/** Every language has every word. */
export type Words = typeof french

const english: Words = {
  mean: 'mean',
  standardDeviation: 'standard deviation',
  minimum: 'minimum',
  maximum: 'maximum',
  area: 'area',
  hounsfield: 'HU',
  notFilledIn: '—',
  keyImage: 'key image',
  keyImages: 'Key images',
  studyOf: 'study of {{date}}',
  otherStudy: 'other study',
  colon: ': ',

  seriesMeasurements: 'Measurements',
  seriesReport: 'Report',
  seriesKeyObjects: 'Key images',
  seriesPdf: 'Report (PDF)',

  patient: 'Patient',
  name: 'Name',
  birthName: 'Birth name',
  birthDate: 'Born on',
  sex: 'Sex',
  sexes: { M: 'male', F: 'female', O: 'other' },
  identifier: 'Identifier',
  issuedBy: 'issued by',
  accession: 'Accession number',
  study: 'Study',
  studyDate: 'Study date',
  referrer: 'Referring physician',
  organisation: 'Organisation',
  FINESS: 'FINESS',
  RPPS: 'RPPS',
  unknown: 'not given',
  at: 'at',

  provisional: 'PROVISIONAL REPORT',
  provisionalDetail: 'Not verified: a final report will follow.',
  addendum: 'ADDENDUM',
  addendumTo: 'Adds to the signed report (DICOM document {{uid}}).',
  replaces: 'Replaces the provisional report (DICOM document {{uid}}).',
  signedBy: 'Signed by',
  givenOutBy: 'Given out provisionally by',
  on: 'on',
  page: 'page {{page}} / {{pages}}',
  image: 'Image {{number}}',
  imageMissing: 'This image could not be reproduced here; it is in the study.',
  notice:
    'Astreinte is not a medical device: it bears no CE marking under Regulation (EU) 2017/745. Any clinical use is the sole responsibility of the user.',
}

/** The words of a language. */
export const wordsOf = (language: Language): Words => ({ fr: french, en: english })[language]

/** A sentence with its `{{name}}` places filled. */
export const fill = (sentence: string, values: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ''))
