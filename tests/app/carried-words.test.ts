/** Words that a window carries from page to page, with pages that only remember what they were told. */
import { expect, test } from 'vitest'
import { leadWithWords } from '../../app/windows/carried-words.ts'

/** A page that holds `words` until it is led away; `loads`: what becomes of each load. */
function createPage(words: string | null, loads: ('loads' | 'fails')[]) {
  const told: string[] = []
  let isFirst = true
  let isError = false
  return {
    told,
    async loadURL(address: string) {
      told.push(address)
      isFirst = false
      isError = loads.shift() === 'fails'
      if (isError) throw new Error('ERR_CONNECTION_REFUSED')
    },
    async executeJavaScript(code: string) {
      if (isError) return code.includes('handOver') ? null : false
      if (code.includes('handOver')) return isFirst ? words : null
      told.push(code)
      return true
    },
  }
}

test('a page led to another station gets the words of the page before it, once it is there', async () => {
  const page = createPage('{"texte":"l’île \\"x\\""}', ['loads'])
  await leadWithWords(page, 'http://127.0.0.1:2/')
  expect(page.told).toEqual([
    'http://127.0.0.1:2/',
    'globalThis.astreinteWords?.takeOver("{\\"texte\\":\\"l’île \\\\\\"x\\\\\\"\\"}") ?? false',
  ])
})

test('words are carried until a page takes them, and given once', async () => {
  const page = createPage('mots', ['fails', 'loads', 'loads'])
  await Promise.all(['http://a/', 'http://b/', 'http://c/'].map((address) => leadWithWords(page, address)))
  expect(page.told).toEqual([
    'http://a/',
    'http://b/',
    'globalThis.astreinteWords?.takeOver("mots") ?? false',
    'http://c/',
  ])
})

test('a page without unsaved words is only led on', async () => {
  const page = createPage(null, ['loads'])
  await leadWithWords(page, 'http://a/')
  expect(page.told).toEqual(['http://a/'])
})

test('words of a page that hands over too late go along all the same', async () => {
  const page = createPage(null, ['loads'])
  let handOver = (_: string): void => undefined
  const late = new Promise<string>((resolve) => {
    handOver = resolve
  })
  await leadWithWords(
    {
      // Told to go, the page does first what it was asked before.
      loadURL: async (address) => {
        handOver('mots')
        await page.loadURL(address)
      },
      executeJavaScript: (code) => (code.includes('handOver') ? late : page.executeJavaScript(code)),
    },
    'http://a/',
  )
  expect(page.told).toEqual(['http://a/', 'globalThis.astreinteWords?.takeOver("mots") ?? false'])
})

test('a page that breaks when it is asked is led on, and words are given to the page after one that broke on taking them', async () => {
  const page = createPage('mots', ['loads', 'loads'])
  const broken = (part: string) => ({
    loadURL: page.loadURL,
    executeJavaScript: async (code: string) => {
      if (code.includes(part)) throw new Error('Script failed to execute')
      return page.executeJavaScript(code)
    },
  })
  await leadWithWords(broken('handOver'), 'http://a/')
  expect(page.told).toEqual(['http://a/'])
  const again = createPage('mots', ['loads', 'loads'])
  let isBroken = true
  const once = {
    loadURL: again.loadURL,
    executeJavaScript: async (code: string) => {
      if (code.includes('takeOver') && isBroken) throw new Error('Script failed to execute')
      return again.executeJavaScript(code)
    },
  }
  await leadWithWords(once, 'http://a/')
  isBroken = false
  await leadWithWords(once, 'http://b/')
  expect(again.told).toEqual(['http://a/', 'http://b/', 'globalThis.astreinteWords?.takeOver("mots") ?? false'])
})
