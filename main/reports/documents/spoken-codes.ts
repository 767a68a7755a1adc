/** Codes of the standard as people of a language say them: document titles (CID 7000), titles of key images (CID 7010). */
import type { Coded } from '../../contract/coded.ts'
import type { Language } from '../../contract/settings.ts'

const french: Readonly<Record<string, string>> = {
  'LN 18748-4': 'Compte rendu d’imagerie médicale',
  'LN 11528-7': 'Compte rendu de radiologie',
  'LN 18747-6': 'Compte rendu de scanner',
  'LN 11539-4': 'Compte rendu de scanner cérébral',
  'LN 11538-6': 'Compte rendu de scanner thoracique',
  'LN 11540-2': 'Compte rendu de scanner abdominal',
  'LN 18755-9': 'Compte rendu d’IRM',
  'LN 11541-0': 'Compte rendu d’IRM cérébrale',
  'LN 18756-7': 'Compte rendu d’IRM du rachis',
  'LN 43468-8': 'Compte rendu de radiographie',
  'LN 18760-9': 'Compte rendu d’échographie',
  'LN 18758-3': 'Compte rendu de TEP',
  'DCM 113000': 'Image d’intérêt',
  'DCM 113002': 'Pour le demandeur',
  'DCM 113003': 'Pour la chirurgie',
  'DCM 113004': 'Pour l’enseignement',
  'DCM 113005': 'Pour une réunion',
  'DCM 113006': 'Pour le traitement',
  'DCM 113007': 'Pour le patient',
  'DCM 113008': 'Pour relecture par un pair',
  'DCM 113009': 'Pour la recherche',
  'DCM 113010': 'Problème de qualité',
  'DCM 113013': 'Meilleure de la série',
  'DCM 113018': 'Pour impression',
  'DCM 113020': 'Pour joindre au compte rendu',
}

/** What `code` is called in `language`; its own meaning where this program knows no other. */
export const spokenCode = ({ CodeValue, CodingSchemeDesignator, CodeMeaning }: Coded, language: Language): string =>
  (language === 'fr' ? french[`${CodingSchemeDesignator} ${CodeValue}`] : undefined) ?? CodeMeaning
