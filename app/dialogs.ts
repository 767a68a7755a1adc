/** What the shell asks and tells a person outside the window, in the window's language. */
import { dialog } from 'electron'
import type { Words } from './words.ts'

/** The index of the chosen button; closing the box chooses `safe`, which Enter does too. */
async function choose(
  type: 'info' | 'question' | 'error',
  text: [string, string],
  buttons: string[],
  safe: number,
): Promise<number> {
  const [message, detail] = text
  const { response } = await dialog.showMessageBox({ type, message, detail, buttons, defaultId: safe, cancelId: safe })
  return response
}

export interface Dialogs {
  tellAboutClosing(): Promise<void>
  /** True when the person wants to try again, false to quit. */
  stationFailed(reason: string, roomNeeded?: number): Promise<boolean>
  windowFailed(reason: string): Promise<boolean>
  confirmsQuitting(): Promise<boolean>
  wantsUpdateNow(): Promise<boolean>
  /** Asked while a page waits to be closed: answers before anything else goes on. */
  confirmsLosingWords(): boolean
}

/** The boxes; `words` is asked each time. */
export function createDialogs(words: () => Words): Dialogs {
  const failed = async (title: string, detail: string, reason: string) =>
    (await choose('error', [title, `${detail}\n\n${reason}`], [words().again, words().quit], 0)) === 0
  return {
    async tellAboutClosing() {
      const { stillReceivesTitle, stillReceivesDetail, understood } = words()
      await choose('info', [stillReceivesTitle, stillReceivesDetail], [understood], 0)
    },
    stationFailed: (reason, roomNeeded) =>
      roomNeeded === undefined
        ? failed(words().stationFailedTitle, words().stationFailedDetail, reason)
        : failed(words().stationFailedTitle, words().stationNeedsRoom(roomNeeded), reason),
    windowFailed: (reason) => failed(words().windowFailedTitle, words().windowFailedDetail, reason),
    async confirmsQuitting() {
      const { quitTitle, quitDetail, quit, cancel } = words()
      return (await choose('question', [quitTitle, quitDetail], [quit, cancel], 1)) === 0
    },
    async wantsUpdateNow() {
      const { updateReadyTitle, updateReadyDetail, installNow, later } = words()
      return (await choose('question', [updateReadyTitle, updateReadyDetail], [installNow, later], 1)) === 0
    },
    confirmsLosingWords() {
      const { wordsTitle, wordsDetail, leaveWords, backToText } = words()
      const buttons = [leaveWords, backToText]
      const box = { message: wordsTitle, detail: wordsDetail, buttons, defaultId: 1, cancelId: 1 }
      return dialog.showMessageBoxSync({ type: 'warning', ...box }) === 0
    },
  }
}
