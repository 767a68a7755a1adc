/** Sentences for the station's reason codes. A code of a newer station, without words here, falls back instead of vanishing. */
import { useTranslation } from 'react-i18next'

type ReasonGroup = 'reason' | 'notDisplayable' | 'import' | 'demo'

/** `(group, code)` → its words in the locales; without words those of `other`, and for the receiver the code itself. */
export function useReasonWords(): (group: ReasonGroup, code: string) => string {
  const { t, i18n } = useTranslation()
  return (group, code) => {
    const known = /^[\w-]+$/.test(code) && i18n.exists(`problems:${group}.${code}`)
    if (known) return t(`problems:${group}.${code}`)
    return group === 'reason' ? code : t(`problems:${group}.other`)
  }
}
