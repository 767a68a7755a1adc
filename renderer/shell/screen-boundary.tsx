/** A screen that fails says so in its place; the rest of the window goes on. */
import { Button, Group } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MessagePage } from '../ui/message-page.tsx'

interface ScreenBoundaryProps {
  children: ReactNode
  /** Offers the way back to the study list, where there is one. */
  onLeave?: () => void
}

/** Technical text without identifiers: UIDs and quoted values are struck out. */
export const withoutIdentifiers = (text: string): string =>
  text.replace(/\d+(\.\d+){3,}/g, '…').replace(/"[^"\n]{24,}"/g, '"…"')

export class ScreenBoundary extends Component<ScreenBoundaryProps, { details: string | null }> {
  override state: { details: string | null } = { details: null }

  static getDerivedStateFromError(error: unknown): { details: string } {
    return { details: withoutIdentifiers(error instanceof Error ? (error.stack ?? error.message) : String(error)) }
  }

  override componentDidCatch(_error: unknown, info: ErrorInfo): void {
    this.setState(({ details }) => ({ details: `${details ?? ''}\n${info.componentStack ?? ''}`.trim() }))
  }

  override render(): ReactNode {
    const { details } = this.state
    if (details === null) return this.props.children
    const leave = this.props.onLeave
    return (
      <ScreenFailed
        details={details}
        onRetry={() => this.setState({ details: null })}
        {...(leave ? { onLeave: () => [leave(), this.setState({ details: null })] } : {})}
      />
    )
  }
}

function ScreenFailed(props: { details: string; onRetry: () => void; onLeave?: () => void }) {
  const { t } = useTranslation()
  return (
    <MessagePage
      icon={<IconAlertTriangle size={32} color="var(--waiting)" />}
      title={t('shell:failed.title')}
      details={props.details}
      actions={
        <Group>
          <Button onClick={props.onRetry}>{t('shell:failed.retry')}</Button>
          <Button variant="default" onClick={() => location.reload()}>
            {t('shell:failed.reload')}
          </Button>
          {props.onLeave && (
            <Button variant="subtle" onClick={props.onLeave}>
              {t('shell:failed.leave')}
            </Button>
          )}
        </Group>
      }
    >
      {t('shell:failed.text')}
    </MessagePage>
  )
}
