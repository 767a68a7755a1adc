import { describe, expect, it } from 'vitest'
import type { AttributeQuery } from '../../../../main/cache/cache.ts'
import type { OpenedCache } from '../../../../main/cache/open-cache.ts'
import { ctImage, store } from '../data-sets.ts'
import { testCache } from '../test-cache.ts'

const filled = async (): Promise<OpenedCache> => {
  const cache = await testCache()
  await store(
    cache,
    ctImage({ study: 1 }, { StudyDate: '20260110', PatientName: 'MARTIN^Élise', ReferringPhysicianName: 'HOUSE^G' }),
  )
  await store(
    cache,
    ctImage({ study: 2 }, { StudyDate: '20260120', PatientName: 'Martinez^Luc', StudyTime: '', Modality: 'MR' }),
  )
  await store(
    cache,
    ctImage(
      { study: 2, series: 2 },
      { StudyDate: '20260120', PatientName: 'Martinez^Luc', StudyTime: '', ImageType: 'ORIGINAL\\PRIMARY' },
    ),
  )
  await store(
    cache,
    ctImage({ study: 3 }, { StudyDate: '', PatientName: 'Yamada^Tarou=山田^太郎', StudyDescription: '50% [x]*' }),
  )
  return cache
}

const searching = (cache: OpenedCache) => async (match: AttributeQuery['match']) => {
  const rows = await cache.searchAttributes({ level: 'study', match, limit: 10, offset: 0 })
  return rows
    .map(({ StudyInstanceUID }) => String(StudyInstanceUID).slice(-1))
    .sort()
    .join('')
}

describe('searching by attributes', () => {
  it('matches as PS3.4 §C.2.2.2 says', async () => {
    const studies = searching(await filled())
    const cases: [AttributeQuery['match'], string][] = [
      [{}, '123'],
      [{ PatientName: '' }, '123'],
      [{ PatientName: '*' }, '123'],
      [{ PatientName: 'martin^elise' }, '1'],
      [{ PatientName: 'MARTIN*' }, '12'],
      [{ PatientName: 'MARTIN' }, ''],
      [{ PatientName: 'mart?nez^luc' }, '2'],
      [{ PatientName: '山田*' }, '3'],
      [{ ReferringPhysicianName: 'HOUSE*' }, '1'],
      [{ StudyDate: '20260110' }, '1'],
      [{ StudyDate: '20260101-20260115' }, '1'],
      [{ StudyDate: '20260111-' }, '2'],
      [{ StudyDate: '-20260110' }, '1'],
      [{ StudyTime: '1000-1030' }, '13'],
      [{ ModalitiesInStudy: 'MR' }, '2'],
      [{ ModalitiesInStudy: 'MR\\CT' }, '123'],
      [{ ModalitiesInStudy: 'US' }, ''],
      [{ AccessionNumber: 'ACC?' }, '123'],
      [{ StudyDescription: '50% [x]*' }, '3'],
      [{ StudyDescription: "' OR 1=1 --" }, ''],
      [{ StudyInstanceUID: '1.2.826.0.1.77.1\\1.2.826.0.1.77.3' }, '13'],
      [{ PatientID: 'PAT2', StudyDate: '20260120' }, '2'],
    ]
    for (const [match, expected] of cases) expect(await studies(match), JSON.stringify(match)).toBe(expected)
  })

  it('matches each group of a name, a character of any script by a question mark, and empty components at its end', async () => {
    const cache = await testCache()
    const names = ['Hong^Gildong=洪^吉洞=홍^길동', '김희중', 'Wang^XiaoDong=王^小東', 'Lévêque^Zoë']
    for (const [index, PatientName] of names.entries()) {
      const ReferringPhysicianName = names[index] ?? ''
      await store(cache, ctImage({ study: index + 1 }, { PatientName, ReferringPhysicianName }))
    }
    const cases: [string, string][] = [
      ['洪^吉洞', '1'],
      ['洪^*', '1'],
      ['홍^길동', '1'],
      ['홍^길?', '1'],
      ['=洪^吉洞', '1'],
      ['==홍^길동', '1'],
      ['?^길동', '1'],
      ['김?중', '2'],
      ['김??', '2'],
      ['김?', ''],
      ['?희*', '2'],
      ['wang^xiaodong=王^小東=', '3'],
      ['WANG^XIAODONG^^^', '3'],
      ['Wang^XiaoDong^=王^小東^', '3'],
      ['wang^xiaodong', '3'],
      ['l?v?que^zo?', '4'],
      ['LEVEQUE^*', '4'],
    ]
    const studies = searching(cache)
    for (const keyword of ['PatientName', 'ReferringPhysicianName']) {
      for (const [name, expected] of cases)
        expect(await studies({ [keyword]: name }), `${keyword} ${name}`).toBe(expected)
    }
  })

  it('gives series and instances with what is above them, page by page', async () => {
    const cache = await filled()
    const series = await cache.searchAttributes({ level: 'series', match: { PatientID: 'PAT2' }, limit: 10, offset: 0 })
    expect(
      series.map(({ SeriesNumber, Modality, PatientName, StudyTime }) => [
        SeriesNumber,
        Modality,
        PatientName,
        StudyTime,
      ]),
    ).toEqual([
      [1, 'MR', 'Martinez^Luc', null],
      [2, 'CT', 'Martinez^Luc', null],
    ])
    const instances = {
      level: 'instance' as const,
      match: { SeriesInstanceUID: '1.2.826.0.1.77.2.2', Rows: '64' },
      limit: 5,
      offset: 0,
    }
    const [instance, ...more] = await cache.searchAttributes(instances)
    expect(more).toEqual([])
    expect(instance).toMatchObject({
      SOPInstanceUID: '1.2.826.0.1.77.2.2.1',
      InstanceNumber: 1,
      Rows: 64,
      ImageType: ['ORIGINAL', 'PRIMARY'],
      ModalitiesInStudy: ['CT', 'MR'],
      NumberOfSeriesRelatedInstances: 1,
      PatientAge: null,
    })
    const pages = [0, 1, 2, 3].map((offset) => cache.searchAttributes({ level: 'series', match: {}, limit: 1, offset }))
    const uids = (await Promise.all(pages)).flat().map(({ SeriesInstanceUID }) => SeriesInstanceUID)
    expect(new Set(uids).size).toBe(4)
  })
})
