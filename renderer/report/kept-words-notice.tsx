/** Words that the station refused for good, over whatever the window shows: whose report, why, the text, and the way to take it along. */
import { Button, CopyButton, Group } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { PatientBanner } from '../ui/patient-banner.tsx'
import classes from './kept-words-notice.module.css'
import { guardLeaving, type KeptWords, letGo, useKeptWords } from './saving/kept-words.ts'

export function KeptWordsNotice() {
  const kept = useKeptWords((state) => state.kept)
  useEffect(guardLeaving, [])
  if (kept.length === 0) return null
  return (
    <div className={classes.notices}>
      {kept.map((words) => (
        <OneReport key={words.keptId} words={words} />
      ))}
    </div>
  )
}

function OneReport({ words: { keptId, report, reason, text } }: { words: KeptWords }) {
  const { t } = useTranslation()
  const [isSure, setIsSure] = useState(false)
  return (
    <section className={classes.notice} role="alert" aria-label={t('report:kept.title')}>
      <h2 className={classes.title}>
        <IconAlertOctagon size={17} stroke={1.8} aria-hidden />
        {t('report:kept.title')}
      </h2>
      <PatientBanner patient={report.subject} compact />
      <p>{t(`report:kept.why.${reason}`)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keys */}
      <pre className={classes.text} data-selectable tabIndex={0}>
        {text}
      </pre>
      <Group gap="sm" justify="flex-end">
        <Button
          size="compact-sm"
          variant={isSure ? 'light' : 'subtle'}
          color={isSure ? 'red' : 'gray'}
          onClick={() => (isSure ? letGo(keptId) : setIsSure(true))}
          onBlur={() => setIsSure(false)}
        >
          {t(isSure ? 'report:kept.discardForGood' : 'report:kept.discard')}
        </Button>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button size="compact-sm" onClick={copy}>
              {t(copied ? 'common:copied' : 'report:save.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </section>
  )
}
