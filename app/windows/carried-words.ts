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

/** Resolves when the page has handed over, or has had its time. */
async function withPatience(asked: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE)
  })
  await Promise.race([asked, late])
  clearTimeout(timer)
}

async function lead(page: Page, address: string): Promise<void> {
  const asked = page.executeJavaScript('globalThis.astreinteWords?.handOver() ?? null').then(
    (handed: unknown) => {
      if (typeof handed === 'string') carried.set(page, handed)
    },
    () => undefined,
  )
  await withPatience(asked)
  // A station that is gone again is followed by the next call.
  await page.loadURL(address).catch(() => undefined)
  // A busy page hands over late, when it is told to go: what it said is here by now.
  const words = carried.get(page)
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
