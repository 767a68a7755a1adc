/** Files that dcmtk's senders send without changing a byte, made from pydicom's test files; and what must arrive. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { putInPlace, pydicomFolder, python } from './corpora.ts'
import { hasTool } from './dcmtk.ts'

/**
 * Puts those files of the corpus into a folder that dcmtk can read, one an instance, written as dcmtk writes them, so that its senders
 * have nothing to change; tells UIDs and the digest of each data set.
 */
const selection = `
import hashlib, json, os, subprocess, sys
from pydicom import dcmread
source, target = sys.argv[1:]
seen, rows = set(), []
for folder, _, names in sorted(os.walk(source)):
    for name in sorted(names):
        path = os.path.join(target, '%03d.dcm' % len(rows))
        try:
            done = subprocess.run(['dcmconv', '+F', '-p', os.path.join(folder, name), path], capture_output=True, timeout=20)
            if done.returncode != 0 or done.stderr: raise ValueError
            meta = dcmread(path, specific_tags=['SOPClassUID', 'SOPInstanceUID'])
            uid, sop, syntax = meta.SOPInstanceUID, meta.SOPClassUID, meta.file_meta.TransferSyntaxUID
            if uid in seen or not sop.startswith('1.2.840.10008.5.1.4.1.1.'): raise ValueError
        except Exception:
            if os.path.exists(path): os.remove(path)
            continue
        with open(path, 'rb') as f: raw = f.read()
        body = raw[132 + 12 + meta.file_meta.FileMetaInformationGroupLength:]
        seen.add(uid)
        rows.append({'path': os.path.basename(path), 'uid': uid, 'sopClass': sop, 'syntax': syntax, 'length': len(body), 'sha256': hashlib.sha256(body).hexdigest()})
json.dump(rows, sys.stdout)
`

/** One file, and its data set. */
export interface Sendable {
  path: string
  uid: string
  sopClass: string
  syntax: string
  length: number
  sha256: string
}

/** Whether pydicom's files and dcmtk are installed. */
export const hasSendableCorpus = (): boolean =>
  pydicomFolder('test_files') !== null && ['dcmconv', 'storescu', 'echoscu', 'dcmsend'].every(hasTool)

const folder = join(import.meta.dirname, '..', '..', '.cache', 'corpora', 'sendable')

/** The files, made on first use. */
export function sendableCorpus(): Sendable[] {
  const list = join(folder, 'files.json')
  if (!existsSync(list)) {
    const making = `${folder}.${process.pid}`
    mkdirSync(making, { recursive: true })
    const files = execFileSync(python, ['-c', selection, pydicomFolder('test_files') ?? '', making], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    writeFileSync(join(making, 'files.json'), files)
    putInPlace(making, folder)
  }
  const files: Sendable[] = JSON.parse(readFileSync(list, 'utf8'))
  return files.map((file) => ({ ...file, path: join(folder, file.path) }))
}
