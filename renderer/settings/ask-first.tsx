/** A button for what nobody can take back: it asks in its own place first, and the focus stays there. */
import { Button, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { takeLostFocus } from '../ui/take-lost-focus.ts'

/** A file is chosen by a button; its own field is not on the screen. */
const FOCUSABLE = 'button:not(:disabled), input:not(:disabled, [type="file"])'

interface AskFirstProps {
  label: string
  /** What is lost. */
  question: string
  /** What the button says that does it. */
  confirm: string
  isPending: boolean
  onConfirm(): void
}

export function AskFirst({ label, question, confirm, isPending, onConfirm }: AskFirstProps) {
  const { t } = useTranslation()
  const [isAsking, setAsking] = useState(false)
  const wasAsking = useRef(false)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (wasAsking.current && !isAsking) takeLostFocus(opener.current)
    wasAsking.current = isAsking
  }, [isAsking])
  useEffect(() => {
    const setting = opener.current?.closest('section')
    return () => {
      // What it was about is gone, and this button with it: the keyboard goes on where the setting begins.
      requestAnimationFrame(() => takeLostFocus(setting?.querySelector<HTMLElement>(FOCUSABLE) ?? null))
    }
  }, [])
  if (!isAsking)
    return (
      <Button ref={opener} size="sm" variant="subtle" color="gray" loading={isPending} onClick={() => setAsking(true)}>
        {label}
      </Button>
    )
  return (
    <>
      <Text role="alert" c="var(--waiting)">
        {question}
      </Text>
      <Button
        size="sm"
        color="red"
        autoFocus
        onClick={() => {
          setAsking(false)
          onConfirm()
        }}
      >
        {confirm}
      </Button>
      <Button size="sm" variant="subtle" color="gray" onClick={() => setAsking(false)}>
        {t('common:cancel')}
      </Button>
    </>
  )
}
