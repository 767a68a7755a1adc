/**
 * The verifier of the audit log, `npm run station -- audit verify --data DIR`: says whether it is what was written, or where not; `audit
 * export` prints it as messages of PS3.15 A.5.1. Reads only, also beside a running station.
 */
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { auditMessage } from './audit/index.ts'
import { readAudit, verifyAudit } from './cache/index.ts'
import type { AuditVerdict } from './contract/audit.ts'
import { createKeyFileStore, KeyStoreError, readStationKey } from './security/index.ts'
import { exitCodes, startFailure } from './station-process.ts'
import { defaultKeyFile } from './user-folders.ts'

const help = `npm run station -- audit verify --data DIR [--key-file FILE]    say whether the audit log is as it was written
npm run station -- audit export --data DIR [--key-file FILE]    print it as XML messages of DICOM PS3.15 A.5, one a line; holds names of patients

Exit codes: 0 intact, 1 broken or not readable, 2 wrong arguments, 4 station key missing or wrong.
`

const sentences: Record<NonNullable<AuditVerdict['fault']>['reason'], string> = {
  missing: 'is missing',
  altered: 'is not what was written, or not where it was',
  cut: 'and what followed it were cut off: the log ends before its head',
  rewritten: 'is not the one that the head of the log names: it was written anew',
  'no-head': 'is the last, and the head that would tell so is gone: what followed may have been cut off',
  'head-unreadable': 'is the last, and the head that would tell so cannot be read: what followed may have been cut off',
}

const told = ({ entries, fault, breaks }: AuditVerdict): string => {
  const before =
    breaks.length > 0 ? ` It was found broken before, and says so itself in ${breaks.slice(0, 20).join(', ')}.` : ''
  return fault
    ? `BROKEN: entry ${fault.seq} ${sentences[fault.reason]}. ${entries} entries before a gap or in all are intact.${before}`
    : `Intact: ${entries} entries, each as it was written and where it was.${before}`
}

interface Answer {
  exitCode: number
  text: string
}

const parse = (args: string[]) => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args, allowPositionals: true, options: { data: text, 'key-file': text } })
  } catch {
    return null
  }
}

/** Runs the command; `print` gets its lines. Resolves with the exit code. */
export async function auditCommand(args: string[], print: (line: string) => void): Promise<number> {
  const parsed = parse(args)
  const command = parsed?.positionals[0]
  const data = parsed?.values.data
  if (!parsed || !data || parsed.positionals.length !== 1 || (command !== 'verify' && command !== 'export')) {
    print(help)
    return exitCodes.usage
  }
  const dataFolder = resolve(data)
  const { exitCode, text } = await run(
    command,
    dataFolder,
    parsed.values['key-file'] ?? defaultKeyFile(dataFolder),
    print,
  )
  if (text) print(text)
  return exitCode
}

async function run(
  command: 'verify' | 'export',
  dataFolder: string,
  keyFile: string,
  print: (line: string) => void,
): Promise<Answer> {
  try {
    const stationKey = await readStationKey(dataFolder, createKeyFileStore({ keyFile, dataFolder }))
    if (!stationKey) {
      const text = `The station key of ${dataFolder} is not in ${keyFile}. Name its --key-file.`
      return { exitCode: exitCodes.locked, text }
    }
    const answer = await readAudit(dataFolder, stationKey, async (store): Promise<Answer> => {
      if (command === 'verify') {
        const verdict = await verifyAudit(store)
        return { exitCode: verdict.fault ? exitCodes.failed : 0, text: told(verdict) }
      }
      for (const entry of store.entries()) print(auditMessage(entry, hostname()))
      return { exitCode: 0, text: '' }
    })
    return answer ?? { exitCode: 0, text: 'There is no audit log yet.' }
  } catch (error) {
    if (error instanceof KeyStoreError) {
      const { exitCode, sentence } = startFailure(error, dataFolder)
      return { exitCode, text: sentence }
    }
    const code = String((error as { code?: unknown }).code ?? (error as Error).name)
    return { exitCode: exitCodes.failed, text: `BROKEN: the records cannot be read (${code}).` }
  }
}
