/**
 * Bad links: senders that are cut at every kind of byte of the protocol (by a closed and by a reset connection), that freeze there, and that go
 * on byte by byte. The station ends them by itself, keeps nothing in part, and the next association works.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectSocket, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openCache } from '../../main/cache/index.ts'
import { type DimseLimits, ScuAssociation } from '../../main/dimse/index.ts'
import { createReceiver } from '../../main/receiver/index.ts'
import { DimsePeer } from '../helpers/dimse-peer.ts'
import { CT_IMAGE_STORAGE, ctImage, EXPLICIT_LITTLE_ENDIAN, type TestObject } from '../main/cache/data-sets.ts'
import { StoredObjects } from './stored-objects.ts'
import { Failures, randomFrom, type Torture } from './torture.ts'

const STATION_KEY = Buffer.alloc(32, 9)
/** ms of the clocks for senders that freeze or drip. */
const PATIENCE = 700
/** ms in which the station must have ended such a sender, on a busy machine too. */
const DEADLINE = 60_000
const AT_ONCE = 16

/** They differ in their UIDs alone, which have one length: one can stand in another's place in a recorded stream. */
const objectOf = (number: number): TestObject =>
  ctImage({ instance: 1_000_000 + number, rows: 8, seed: 1 }, { InstanceNumber: 1 })
const contexts = [{ abstractSyntax: CT_IMAGE_STORAGE, transferSyntax: EXPLICIT_LITTLE_ENDIAN }]
const peer = (port: number) => ({ host: '127.0.0.1', port, calledAETitle: 'ASTREINTE', callingAETitle: 'SENDER' })

async function sendObjects(port: number, numbers: readonly number[]): Promise<number[]> {
  const association = await ScuAssociation.open({ ...peer(port), contexts })
  const statuses: number[] = []
  for (const { request, bytes } of numbers.map(objectOf)) {
    statuses.push((await association.store({ ...request, dataSet: [bytes] })).status)
  }
  await association.release()
  return statuses
}

/** What a sender of two objects says, in turns: after each the station answers. The objects are number 0 and 1. */
async function recordTurns(port: number): Promise<Buffer[]> {
  const turns: Buffer[] = []
  let isAnswered = true
  const proxy = createServer((client: Socket) => {
    const station = connectSocket(port, '127.0.0.1')
    client.on('data', (bytes) => {
      const turn = isAnswered ? Buffer.alloc(0) : (turns.pop() ?? Buffer.alloc(0))
      turns.push(Buffer.concat([turn, bytes]))
      isAnswered = false
      station.write(bytes)
    })
    station.on('data', (bytes) => {
      isAnswered = true
      client.write(bytes)
    })
    station.on('close', () => client.destroy())
    client.on('close', () => station.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const address = proxy.address()
  await sendObjects(typeof address === 'object' && address ? address.port : 0, [0, 1])
  await new Promise((resolve) => proxy.close(resolve))
  return turns
}

/** Where a stream is cut: in which turn, after how many of its bytes. */
interface Place {
  turn: number
  at: number
  /** What the next byte would have been. */
  kind: string
}

const PDU_NAMES: Record<number, string> = { 1: 'A-ASSOCIATE-RQ', 4: 'P-DATA-TF', 5: 'A-RELEASE-RQ' }

/** The kind of each byte of a turn (PS3.8 §9.3): the fields of each PDU, the variable part by its PDV. */
function kindsOf(turn: Buffer): string[] {
  const kinds: string[] = []
  while (kinds.length < turn.length) {
    const start = kinds.length
    const name = PDU_NAMES[turn[start] ?? 0] ?? 'PDU'
    const end = start + 6 + turn.readUInt32BE(start + 2)
    kinds.push(`${name} type`, `${name} reserved`, ...Array<string>(4).fill(`${name} length`))
    if (name !== 'P-DATA-TF')
      while (kinds.length < end) kinds.push(kinds.length < start + 74 ? `${name} fields` : `${name} items`)
    while (kinds.length < end) {
      const at = kinds.length
      const length = turn.readUInt32BE(at)
      const content = (turn[at + 5] ?? 0) & 1 ? 'command' : 'data set'
      kinds.push(...Array<string>(4).fill('PDV length'), 'PDV context', 'PDV control')
      kinds.push(...Array<string>(length - 2).fill(content))
    }
  }
  return kinds
}

const placesOf = (turns: readonly Buffer[]): Place[] =>
  turns.flatMap((turn, index) => kindsOf(turn).map((kind, at) => ({ turn: index, at, kind })))

/** Each kind of byte of each turn once at least, and every so manyth other one. */
const chosen = (places: readonly Place[], every: number): Place[] =>
  places.filter(({ turn, kind }, index) => {
    const before = places[index - 1]
    return index % every === 0 || before?.kind !== kind || before.turn !== turn
  })

type Manner = 'closed' | 'reset' | 'frozen' | 'dripping'

/** Plays the turns up to the place and ends there in that manner; resolves when the station has ended the connection, to what was answered. */
async function play(port: number, turns: readonly Buffer[], place: Place, manner: Manner): Promise<number> {
  const peer = await DimsePeer.connect(port)
  let answered = 0
  for (const turn of turns.slice(0, place.turn)) {
    peer.send(turn)
    if (!(await peer.pdu())) return answered
    answered += 1
  }
  const turn = turns[place.turn] ?? Buffer.alloc(0)
  peer.send(turn.subarray(0, place.at))
  let drip: NodeJS.Timeout | undefined
  if (manner === 'reset') peer.socket.resetAndDestroy()
  else if (manner === 'closed') peer.socket.end()
  else if (manner === 'dripping') {
    let at = place.at
    // Never to the end: the last byte is not sent.
    drip = setInterval(() => at < turn.length - 1 && peer.send(turn.subarray(at, ++at)), PATIENCE / 10)
  }
  await peer.closed()
  clearInterval(drip)
  return answered
}

export const links: Torture = {
  name: 'links',
  async run({ length, amount, seed, progress }) {
    const random = randomFrom(seed)
    const every = amount ?? (length === 'long' ? 1 : 97)
    const folder = mkdtempSync(join(tmpdir(), 'astreinte-torture-'))
    const failures = new Failures()
    const faults: string[] = []
    const log = pino({ level: 'error' }, { write: (line: string) => void faults.push(line.slice(0, 300)) })
    const dataFolder = join(folder, 'data')
    const cache = await openCache({ dataFolder, stationKey: STATION_KEY, log, reserveBytes: 0 })
    const listen = async (limits: Partial<DimseLimits>) => {
      const receiver = createReceiver({ cache, log, limits })
      const problem = await receiver.reconfigure({ host: '127.0.0.1', port: 0, aeTitle: 'ASTREINTE' })
      if (problem) throw new Error(problem)
      return { receiver, port: receiver.address?.port ?? 0 }
    }
    const patient = await listen({})
    const impatient = await listen({ artimTimeout: PATIENCE, pduTimeout: PATIENCE, idleTimeout: PATIENCE })
    /** What must be there, and what may: number → whether it was answered. */
    const objects = new Map<number, boolean>([
      [0, true],
      [1, true],
    ])
    let cases = 0
    try {
      const turns = await recordTurns(patient.port)
      const places = placesOf(turns)
      const uid = (number: number) => Buffer.from(objectOf(number).request.SOPInstanceUID)
      const [first, second] = [uid(0), uid(1)]
      const withOwnObjects = (numbers: [number, number]): Buffer[] =>
        turns.map((turn) => replaceAll(replaceAll(turn, first, uid(numbers[0])), second, uid(numbers[1])))

      const playCase = async (place: Place, manner: Manner, port: number): Promise<void> => {
        const numbers: [number, number] = [2 + cases * 2, 3 + cases * 2]
        cases += 1
        const deadline = new Promise<null>((resolve) => setTimeout(resolve, DEADLINE, null).unref())
        const answered = await Promise.race([play(port, withOwnObjects(numbers), place, manner), deadline])
        if (answered === null) failures.add(`${manner} at ${place.kind} (turn ${place.turn}): never ended`)
        // A turn that was sent whole may have been stored without its answer.
        for (const [index, number] of numbers.entries()) {
          const isWhole = place.turn > index + 1
          if (isWhole) objects.set(number, (answered ?? 0) > index + 1)
          else if (place.turn === index + 1) objects.set(number, false)
        }
      }
      const playAll = async (some: readonly Place[], manners: Manner[], port: number): Promise<void> => {
        for (const manner of manners) {
          const waiting = [...some]
          const workers = Array.from({ length: AT_ONCE }, async () => {
            for (let place = waiting.pop(); place; place = waiting.pop()) await playCase(place, manner, port)
          })
          await Promise.all(workers)
          const number = 1_500_000 + Math.floor(random() * 400_000)
          objects.set(number, true)
          const statuses = await sendObjects(port, [number])
          if (statuses[0] !== 0) failures.add(`after ${manner} senders the next association got ${statuses}`)
          progress(`${manner}: ${some.length} places, ${failures.count} failures`)
        }
      }
      await playAll(chosen(places, every), ['closed', 'reset'], patient.port)
      await playAll(chosen(places, Math.max(every, 29)), ['frozen', 'dripping'], impatient.port)
    } finally {
      await Promise.all([patient.receiver.stop(0), impatient.receiver.stop(0)])
      await cache.close()
    }
    for (const fault of faults) failures.add(fault)
    const stored = new StoredObjects(dataFolder, STATION_KEY)
    let kept = 0
    for (const [number, isAnswered] of objects) {
      const found = await stored.compare(objectOf(number))
      if (found === 'equal') kept += 1
      else if (isAnswered || found !== 'absent') failures.add(`object ${number}: ${found}`)
    }
    for (const problem of stored.differences()) failures.add(problem)
    if (stored.counts().rows !== kept) failures.add(`${stored.counts().rows} objects for ${kept}`)
    await stored.close()
    rmSync(folder, { recursive: true, force: true })
    return { ...failures.result, cases, kept }
  },
}

/** Every occurrence of `what` exchanged for as many bytes. */
const replaceAll = (bytes: Buffer, what: Buffer, by: Buffer): Buffer => {
  const changed = Buffer.from(bytes)
  for (let at = changed.indexOf(what); at >= 0; at = changed.indexOf(what, at + by.length)) by.copy(changed, at)
  return changed
}
