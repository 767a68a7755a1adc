/**
 * What was typed and not saved goes along when a window is led to another address: its page hands the words over as text, the page after it
 * takes them (renderer/report/saving/hand-over.ts). The shell carries them in memory only and does not read them.
 */
import type { WebContents } from 'electron'

/** How long a page may take to hand over, ms: one that hangs is led on without. */
const PATIENCE = 2000

type Page = Pick<WebContents, 'executeJavaScript' | 'loadURL'>

/** Words whose next page has not taken them yet, because it did not load. */
const carried = new WeakMap<Page, string>()
const underWay = new WeakMap<Page, Promise<void>>()

async function handedOver(page: Page): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE)
  })
  const asked: Promise<unknown> = page.executeJavaScript('globalThis.astreinteWords?.handOver() ?? null')
  const words = await Promise.race([asked.catch(() => null), late])
  clearTimeout(timer)
  return typeof words === 'string' ? words : null
}

async function lead(page: Page, address: string): Promise<void> {
  const words = (await handedOver(page)) ?? carried.get(page)
  if (words !== undefined) carried.set(page, words)
  // A station that is gone again is followed by the next call.
  await page.loadURL(address).catch(() => undefined)
  if (words === undefined) return
  const isTaken: unknown = await page
    .executeJavaScript(`globalThis.astreinteWords?.takeOver(${JSON.stringify(words)}) ?? false`)
    .catch(() => false)
  if (isTaken === true) carried.delete(page)
}

/** Leads a page to `address` with the words that its station did not get; one lead after the other. */
export function leadWithWords(page: Page, address: string): Promise<void> {
  const next = (underWay.get(page) ?? Promise.resolve()).then(() => lead(page, address))
  underWay.set(page, next)
  return next
}
