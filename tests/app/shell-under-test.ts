/** What the specs of the shell share: a station past its first run, calls as the page makes them, boxes answered and remembered. */
import type { Page } from '@playwright/test'
import { NOTICE_VERSION } from '../../main/contract/notice.ts'
import type { StationStatus } from '../../main/contract/station.ts'
import { verifyPeer } from '../../main/dimse/index.ts'
import { eventually, type ShellProcess } from '../helpers/electron-app.ts'

/** A call of the station, made by the page itself. */
export function call(page: Page, name: string, input: object, kind: 'query' | 'mutation'): Promise<unknown> {
  return page.evaluate(
    async ([name, input, kind]) => {
      const answer =
        kind === 'query'
          ? await fetch(`/call/${name}?input=${encodeURIComponent(input)}`)
          : await fetch(`/call/${name}`, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: input,
            })
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()).result.data
    },
    [name, JSON.stringify(input), kind] as const,
  )
}

export const statusOf = (page: Page) => call(page, 'station.status', {}, 'query') as Promise<StationStatus>

/** Ends the first run, in English, and goes to the security settings: a place that a reload must come back to. */
export async function settleInSettings(shell: ShellProcess): Promise<Page> {
  const page = await shell.page()
  const noticeAccepted = { version: NOTICE_VERSION, at: new Date().toISOString() }
  await call(page, 'settings.update', { language: 'en', firstRunDone: true, noticeAccepted }, 'mutation')
  const state = JSON.stringify({ screen: { name: 'settings', group: 'security' }, kept: {} })
  await call(page, 'workspace.save', { windowId: 'main', state }, 'mutation')
  await page.reload()
  await isInSettings(page)
  return page
}

/** Waits until the page shows the security settings. */
export const isInSettings = (page: Page) => page.getByRole('region', { name: 'Security' }).waitFor()

interface Remembered {
  boxes: { message: string; detail: string; buttons: string[] }[]
}

/** From now on every box is remembered and answered with the button `response`. */
export const answerBoxes = (shell: ShellProcess, response: number) =>
  shell.evaluate(({ dialog }, response) => {
    const remembered = globalThis as unknown as Remembered
    remembered.boxes ??= []
    dialog.showMessageBox = (async (box: Remembered['boxes'][number]) => {
      remembered.boxes.push(box)
      return { response, checkboxChecked: false }
    }) as never
  }, response)

/** The boxes shown since `answerBoxes`. */
export const shownBoxes = (shell: ShellProcess) =>
  shell.evaluate(() => (globalThis as unknown as Remembered).boxes.map(({ message }) => message), null)

/** Whether the station answers a C-ECHO. */
export const answersEcho = async ({ receiver }: StationStatus): Promise<boolean> =>
  (await verifyPeer({
    host: receiver.address,
    port: receiver.port,
    callingAETitle: 'TEST',
    calledAETitle: receiver.aeTitle,
  })) === 0

/** How many windows the shell has. */
export const countWindows = (shell: ShellProcess) =>
  shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length, null)

/** Closes the window as a person does, and waits until it is gone. */
export async function closeWindow(shell: ShellProcess): Promise<void> {
  await shell.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null)
  await eventually(async () => (await countWindows(shell)) === 0, 'the window to close')
}
