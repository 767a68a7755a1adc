/** dcmqrscp, dcmtk's small archive: C-FIND, C-GET and C-MOVE, each of which it can be told not to offer. */
import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { answersEcho, freePort, stopChild } from './peer-process.ts'

export interface Dcmqrscp {
  port: number
  aeTitle: 'QRSCP'
  stop(): Promise<void>
}

/** Starts it with its files under `folder` and waits until it answers. `hosts`: where it sends to, by AE title. */
export async function startDcmqrscp(
  folder: string,
  { options = [], hosts = {} }: { options?: string[]; hosts?: Record<string, number> } = {},
): Promise<Dcmqrscp> {
  const port = await freePort()
  const database = join(folder, 'database')
  mkdirSync(database, { recursive: true })
  const configuration = join(folder, 'dcmqrscp.cfg')
  const lines = [
    ...[`NetworkTCPPort = ${port}`, 'MaxPDUSize = 16384', 'MaxAssociations = 16', 'HostTable BEGIN'],
    ...Object.entries(hosts).map(([title, at]) => `${title.toLowerCase()} = (${title}, 127.0.0.1, ${at})`),
    ...['HostTable END', 'VendorTable BEGIN', 'VendorTable END', 'AETable BEGIN'],
    ...[`QRSCP ${database} RW (200, 1024mb) ANY`, 'AETable END', ''],
  ]
  writeFileSync(configuration, lines.join('\n'))
  const child = spawn('dcmqrscp', [...options, '-c', configuration], {
    env: { ...process.env, TCP_NODELAY: '1' },
    stdio: 'ignore',
  })
  await answersEcho('QRSCP', port, child)
  return { port, aeTitle: 'QRSCP', stop: () => stopChild(child) }
}
