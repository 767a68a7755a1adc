/** What runs on this machine, by its command line (Linux; elsewhere nothing is seen). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The ids of the processes whose command line holds every one of `words`. */
export function processesWith(...words: string[]): number[] {
  const ids = existsSync('/proc') ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : []
  return ids.map(Number).filter((id) => {
    try {
      const line = readFileSync(join('/proc', String(id), 'cmdline'), 'utf8')
      return words.every((word) => line.includes(word))
    } catch {
      return false
    }
  })
}
