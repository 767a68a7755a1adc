/** What a study consists of in an archive that does not give all of its list: missed, whether the archive counts it or not. */
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { archiveTarget } from '../../../../main/archive/dicom-web/archive-target.ts'
import { describeRemoteStudy, listRemoteInstances } from '../../../../main/archive/dicom-web/remote-instances.ts'
import { type Behaviour, type ScriptedArchive, startScriptedArchive } from '../../../helpers/scripted-archive.ts'
import { configurationOf } from '../test-archive.ts'

let remote: ScriptedArchive
beforeEach(async () => {
  remote = await startScriptedArchive()
})
afterEach(() => remote.close())

const STUDY = '1.2.3'
const instanceOf = (number: number) => ({
  '0020000E': { vr: 'UI', Value: ['1.2.3.1'] },
  '00080018': { vr: 'UI', Value: [`1.2.3.1.${number}`] },
})
const answering = (dataSets: unknown, status = 200): Behaviour => ({
  status,
  headers: { 'content-type': 'application/dicom+json' },
  body: JSON.stringify(dataSets),
})
const series = (announced: number | null) => ({
  '0020000E': { vr: 'UI', Value: ['1.2.3.1'] },
  ...(announced === null ? {} : { '00201209': { vr: 'IS', Value: [announced] } }),
})

/** A study of one series with `count` instances, of which the archive gives what `page` makes of them. */
const list = (count: number, announced: number | null, page: (all: unknown[], offset: number) => Behaviour) => {
  const all = Array.from({ length: count }, (_, index) => instanceOf(index))
  remote.otherwise = ({ path, query }) => {
    const offset = Number(query.get('offset') ?? 0)
    if (path.endsWith('/instances')) return page(all, offset)
    return answering(offset === 0 ? [series(announced)] : [])
  }
  const target = archiveTarget(configurationOf(remote.url), { idle: 10_000, answerBytes: 10_000_000 })
  onTestFinished(() => target.close())
  return listRemoteInstances(target, STUDY, new AbortController().signal)
}

const refusing = (length: number) => (all: unknown[], offset: number) =>
  offset === 0 ? answering(all.slice(0, length)) : { status: 400 }
const again = (all: unknown[]) => answering(all.slice(0, 50), 206)

it('misses what an archive counts and does not list', async () => {
  for (const page of [refusing(100), again]) {
    const [found] = await list(150, 150, page)
    expect(found?.announced).toBe(150)
  }
})

it('takes no part of a list for the whole where the archive counts nothing', async () => {
  const [refused] = await list(150, null, refusing(100))
  expect([refused?.instances.length, refused?.announced]).toEqual([100, 101])
  const [repeated] = await list(150, null, again)
  expect([repeated?.instances.length, repeated?.announced]).toEqual([50, 51])
})

it('takes a list for whole that ends in a refusal of what is behind it', async () => {
  const [found] = await list(37, null, refusing(100))
  expect(found?.instances).toHaveLength(37)
})

it('misses an instance that an archive lists without a name', async () => {
  const nameless = { '0020000E': { vr: 'UI', Value: ['1.2.3.1'] } }
  // The same page comes again and again, and counts once.
  const [found] = await list(3, null, (all) => answering([...all, nameless]))
  expect([found?.instances.length, found?.announced]).toEqual([3, 4])
})

it('tells how many instances the archive counts of the study', async () => {
  const target = archiveTarget(configurationOf(remote.url), { idle: 10_000, answerBytes: 10_000_000 })
  onTestFinished(() => target.close())
  const described = async (counted: object) => {
    remote.otherwise = () => answering([{ '0020000D': { vr: 'UI', Value: [STUDY] }, ...counted }])
    return (await describeRemoteStudy(target, STUDY, new AbortController().signal))?.NumberOfStudyRelatedInstances
  }
  expect(await described({ '00201208': { vr: 'IS', Value: [12] } })).toBe(12)
  expect(await described({})).toBeNull()
})
