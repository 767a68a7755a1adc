/** C-FIND by name in the character sets of pydicom's files: dcmtk asks, pydicom reads what is answered. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { pydicomFolder, python } from '../helpers/corpora.ts'
import { dcmtk, hasTool } from '../helpers/dcmtk.ts'
import { type FilledReceiver, readFile, startFilledReceiver } from '../helpers/filled-receiver.ts'

const fixture = join(import.meta.dirname, '..', 'fixtures', 'name_queries.py')
const source = pydicomFolder('charset_files')
const run = (...args: string[]) => JSON.parse(execFileSync(python, [fixture, ...args], { encoding: 'utf8' }))

describe.runIf(hasTool('findscu') && source)('a query by name', () => {
  let folder = ''
  let station: FilledReceiver
  const viewer: DicomPeer = {
    ...{ aeTitle: 'VIEWER', address: '127.0.0.1', port: null, tls: false, maxAssociations: null },
    may: { store: false, query: true, retrieve: false, commit: false },
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'astreinte-character-sets-'))
    const paths = readdirSync(source ?? '').filter((name) => name.endsWith('.dcm'))
    const files = paths.map((name) => readFile(join(source ?? '', name))).filter(({ isStorable }) => isStorable)
    station = await startFilledReceiver(folder, files, { peers: () => ({ peers: [viewer], unknownPeers: 'refuse' }) })
  })
  afterAll(async () => {
    await station.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The folder with what is answered to the query in a file. */
  async function ask(file: string): Promise<string> {
    const into = `${file}-answers`
    mkdirSync(into)
    const call = ['-S', '-aet', 'VIEWER', '-aec', 'ASTREINTE', '-X', '-od', into, '127.0.0.1', String(station.port)]
    expect(await dcmtk('findscu', [...call, file])).toMatchObject({ code: 0 })
    return into
  }

  test('finds each file by its name in its own character set, by one group of it, and without regard to case', async () => {
    const paths = readdirSync(source ?? '').filter((name) => name.endsWith('.dcm'))
    const written: { file: string; name: string; queries: string[] }[] = run(
      ...(['write', folder] as const),
      ...paths.map((name) => join(source ?? '', name)),
    )
    expect(written.length).toBeGreaterThan(13)
    const folders: string[] = []
    for (const { queries } of written) for (const query of queries) folders.push(await ask(query))
    const answered: [string, string | null][][] = run('read', ...folders)
    const asked = written.flatMap(({ name, queries }) => queries.map((query) => ({ name, query: basename(query) })))
    const missed = asked.filter(({ name }, index) => !answered[index]?.some(([told]) => told === name))
    expect(missed).toEqual([])
    const unlabelled = answered.flat().filter(([name, set]) => set === null && !/^[ -~]*$/.test(name))
    expect(unlabelled).toEqual([])
  })
})
