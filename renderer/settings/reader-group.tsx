/** The reader: who signs here and with which PIN; and the templates that reports begin with. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Language } from '../../main/contract/settings.ts'
import { trpc } from '../services/client.ts'
import classes from './reader-group.module.css'
import { ReaderPinForm } from './reader-pin-form.tsx'
import { ReaderProfileForm } from './reader-profile-form.tsx'
import { Setting } from './setting.tsx'

export function ReaderProfileSetting() {
  const { t } = useTranslation()
  return (
    <Setting title={t('settings:reader.title')} text={t('settings:reader.text')} wide>
      <ReaderProfileForm />
    </Setting>
  )
}

export function ReaderPinSetting() {
  const { t } = useTranslation()
  return (
    <Setting title={t('settings:pin.title')} text={t('settings:pin.text')} wide>
      <ReaderPinForm />
    </Setting>
  )
}

const languages: readonly { language: Language; name: string }[] = [
  { language: 'fr', name: 'Français' },
  { language: 'en', name: 'English' },
]

/** Templates of no study in particular. */
const useTemplates = (language: Language) =>
  useQuery(trpc.reports.templates.queryOptions({ StudyInstanceUID: '', language }))

export function TemplatesSetting() {
  const { t } = useTranslation()
  const answers = { fr: useTemplates('fr'), en: useTemplates('en') }
  const unreadable = answers.fr.data?.unreadable ?? []
  return (
    <Setting title={t('settings:templates.title')} text={t('settings:templates.text')} wide>
      <ul className={classes.templates}>
        {languages.flatMap(({ language, name }) =>
          (answers[language].data?.templates ?? []).map((template) => (
            <li key={`${language} ${template.templateId}`}>
              <span>{template.name}</span>
              <span className={classes.dim}>
                {[name, template.modalities.join(' '), t('settings:templates.version', { version: template.version })]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </li>
          )),
        )}
      </ul>
      {answers.fr.isError && <Text c="var(--waiting)">{t('settings:templates.noAnswer')}</Text>}
      {unreadable.map(({ file, reason }) => (
        <Text key={file} c="var(--waiting)" mt="xs">
          {t('settings:templates.unreadable', { file, reason })}
        </Text>
      ))}
    </Setting>
  )
}
