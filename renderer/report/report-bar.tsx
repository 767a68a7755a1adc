/** The line on top of a report: what it is, how far it is, when it was saved; its window and the study's other reports. */
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconExternalLink, IconLayoutSidebarRightCollapse, IconList } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ReportSummary } from '../../main/contract/report.ts'
import { ReportStateWord } from '../ui/report-state.tsx'
import classes from './report.module.css'

interface ReportBarProps {
  summary: ReportSummary
  onList?: (() => void) | undefined
  onDetach?: (() => void) | undefined
  /** In the report's own window: back beside the images. */
  onPutBack?: (() => void) | undefined
  children: ReactNode
}

export function ReportBar({ summary, onList, onDetach, onPutBack, children }: ReportBarProps) {
  const { t } = useTranslation()
  return (
    <div className={classes.bar}>
      <h2 className={classes.kind}>{t(`report:kind.${summary.kind}`)}</h2>
      <ReportStateWord report={{ state: summary.state, at: summary.changedAt }} />
      <span className={classes.barState} role="status">
        {children}
      </span>
      {onDetach && (
        <Tooltip label={t('report:commands.detach')}>
          <ActionIcon size={24} aria-label={t('report:commands.detach')} onClick={onDetach}>
            <IconExternalLink size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      {onPutBack && (
        <Tooltip label={t('report:window.putBack')}>
          <ActionIcon size={24} aria-label={t('report:window.putBack')} onClick={onPutBack}>
            <IconLayoutSidebarRightCollapse size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      {onList && (
        <Tooltip label={t('report:commands.list')}>
          <ActionIcon size={24} aria-label={t('report:commands.list')} onClick={onList}>
            <IconList size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  )
}
