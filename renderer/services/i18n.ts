/** The words of the program: French first, English as complete. Keys are written with their file: `studies:empty.title`. */
import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../../main/contract/settings.ts'

const files = import.meta.glob<Record<string, unknown>>('../../resources/locales/*/*.json', {
  eager: true,
  import: 'default',
})

/** French sets no-break spaces before high punctuation and inside guillemets; the files are written with plain ones. */
export const typesetFrench = (text: string): string =>
  text.replace(/ (?=[;!?%])/g, '\u202f').replace(/ (?=[:»])|(?<=«) /g, '\u00a0')

const typeset = (value: unknown): unknown => {
  if (typeof value === 'string') return typesetFrench(value)
  return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, typeset(inner)]))
}

const resources: Record<string, Record<string, Record<string, unknown>>> = {}
for (const [path, words] of Object.entries(files)) {
  const [language = '', file = ''] = path.split('/').slice(-2)
  const set = language === 'fr' ? (typeset(words) as Record<string, unknown>) : words
  resources[language] = { ...resources[language], [file.replace('.json', '')]: set }
}

/** The language to greet a person in before their own choice is known. */
export const greetingLanguage = (languages: readonly string[] = navigator.languages): Language =>
  languages
    .find((tag) => /^(fr|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('en')
    ? 'en'
    : 'fr'

export const words: i18n = i18next.createInstance()

void words.use(initReactI18next).init({
  resources,
  lng: greetingLanguage(),
  fallbackLng: false,
  defaultNS: 'common',
  ns: Object.keys(resources.fr ?? {}),
  interpolation: { escapeValue: false },
  initAsync: false,
  returnNull: false,
  react: { useSuspense: false },
})

/** Switches every window text, and the page's language for screen readers and hyphenation. */
export function speak(language: Language): void {
  document.documentElement.lang = language
  if (words.language !== language) void words.changeLanguage(language)
}
