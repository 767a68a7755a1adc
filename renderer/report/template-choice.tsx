/** Beginning a report: its language and its template, the best fit first. */
import { Button, Loader, SegmentedControl, Text, UnstyledButton } from '@mantine/core'
import { IconFilePlus } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Report, ReportTemplate } from '../../main/contract/report.ts'
import type { Language } from '../../main/contract/settings.ts'
import { trpc } from '../services/client.ts'
import { useSettingsIfLoaded } from '../services/settings.ts'
import classes from './report.module.css'

interface TemplateChoiceProps {
  StudyInstanceUID: string
  onCreated(report: Report): void
  /** Back to the reports that there are; absent when there are none. */
  onBack?: (() => void) | undefined
}

export function TemplateChoice({ StudyInstanceUID, onCreated, onBack }: TemplateChoiceProps) {
  const { t } = useTranslation()
  const spoken = useSettingsIfLoaded()?.language ?? 'fr'
  const [language, setLanguage] = useState<Language>(spoken)
  const answer = useQuery(trpc.reports.templates.queryOptions({ StudyInstanceUID, language }))
  const create = useMutation(
    trpc.reports.create.mutationOptions({
      onSuccess: (outcome) => {
        if (outcome.kind === 'created') onCreated(outcome.report)
      },
    }),
  )
  const problem = create.isError ? 'failed' : create.data && create.data.kind !== 'created' ? create.data.kind : null
  return (
    <div className={classes.page}>
      <h2 className={classes.title}>{t('report:begin.title')}</h2>
      <Text c="dimmed" mb="sm">
        {t('report:begin.text')}
      </Text>
      <SegmentedControl
        aria-label={t('report:begin.language')}
        value={language}
        onChange={(value) => setLanguage(value === 'en' ? 'en' : 'fr')}
        data={[
          { value: 'fr', label: 'Français' },
          { value: 'en', label: 'English' },
        ]}
        mb="sm"
      />
      {answer.isError ? (
        <Text c="var(--waiting)">{t('report:begin.noAnswer')}</Text>
      ) : answer.data === undefined ? (
        <Loader size="xs" aria-label={t('common:loading')} />
      ) : (
        <TemplateList
          key={language}
          templates={answer.data.templates}
          isBusy={create.isPending}
          onChoose={({ templateId }) => create.mutate({ StudyInstanceUID, templateId, language })}
        />
      )}
      <div aria-live="polite">
        {problem && (
          <Text c="var(--waiting)" mt="sm">
            {t(`report:begin.problem.${problem}`)}
          </Text>
        )}
        {(answer.data?.unreadable.length ?? 0) > 0 && (
          <Text c="var(--waiting)" mt="sm">
            {t('report:begin.unreadable', { count: answer.data?.unreadable.length ?? 0 })}
          </Text>
        )}
      </div>
      {onBack && (
        <Button variant="subtle" color="gray" mt="sm" onClick={onBack}>
          {t('report:begin.back')}
        </Button>
      )}
    </div>
  )
}

interface TemplateListProps {
  templates: readonly ReportTemplate[]
  isBusy: boolean
  onChoose(template: ReportTemplate): void
}

/** Arrows go through the templates, Enter begins. */
function TemplateList({ templates, isBusy, onChoose }: TemplateListProps) {
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  useEffect(() => list.current?.querySelector('button')?.focus(), [])
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const buttons: (Element | null)[] = [...(list.current?.querySelectorAll('button') ?? [])]
    const next = buttons[buttons.indexOf(document.activeElement) + step]
    if (next instanceof HTMLElement) next.focus()
  }
  if (templates.length === 0) return <Text c="var(--waiting)">{t('report:begin.none')}</Text>
  return (
    <ul ref={list} className={classes.templates} aria-label={t('report:begin.templates')}>
      {templates.map((template, index) => (
        <li key={template.templateId}>
          <UnstyledButton
            className={classes.template}
            disabled={isBusy}
            onKeyDown={press}
            onClick={() => onChoose(template)}
          >
            <IconFilePlus size={18} stroke={1.5} aria-hidden />
            <span>
              <span className={classes.templateName}>
                {template.name}
                {index === 0 && <span className={classes.best}>{t('report:begin.best')}</span>}
              </span>
              <span className={classes.templateSections}>
                {template.content.sections.map(({ title }) => title).join(' · ')}
              </span>
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  )
}
