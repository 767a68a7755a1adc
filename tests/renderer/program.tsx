/** A part of the program on a screen, over a station that answers as a test says. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, type RenderResult, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, beforeEach } from 'vitest'
import { queryClient } from '../../renderer/services/client.ts'
import { speak } from '../../renderer/services/i18n.ts'
import { provideScreen } from './screen.ts'

/** Gives every test of the file a screen in this language, and leaves nothing of it to the next. */
export function onScreen(language: 'fr' | 'en' = 'en'): void {
  const before = globalThis.fetch
  beforeEach(() => {
    provideScreen()
    speak(language)
  })
  afterEach(() => {
    cleanup()
    queryClient.clear()
    globalThis.fetch = before
  })
}

/** What the station answers to the call of each name, by the JSON that it was called with; to all others null. */
export type Answers = Readonly<Record<string, (input: string) => unknown>>

/** Lets the station answer, until the test ends. */
export function answerBy(answers: Answers): void {
  globalThis.fetch = async (request, init) => {
    const { pathname, searchParams } = new URL(String(request), 'http://station')
    const input = searchParams.get('input') ?? String(init?.body ?? '')
    const names = pathname.replace('/call/', '').split(',')
    const answered = await Promise.all(names.map((name) => answers[name]?.(input) ?? null))
    return new Response(JSON.stringify(answered.map((data) => ({ result: { data } }))))
  }
}

/** Shows a part of the program. */
export const show = (part: ReactNode): RenderResult =>
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queryClient}>{part}</QueryClientProvider>
    </MantineProvider>,
  )
