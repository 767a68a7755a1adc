/** Words and figures of the viewer in the reader's language. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { createWriting, type Writing } from './writing.ts'

/** Writes with the words of `viewer.json` and the figures and dates of the language. */
export function useWriting(): Writing {
  const { t, i18n } = useTranslation('viewer')
  return useMemo(() => createWriting(i18n.language, (key, values) => t(key, values ?? {})), [t, i18n.language])
}
