import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DeidentificationOptions } from '../../../main/contract/exporter.ts'
import { type DataSet, HeaderScan, parsePart10 } from '../../../main/dataset/index.ts'
import { lookUpTag } from '../../../main/dicom/standard-dictionary.ts'
import { BASIC_PROFILE_TABLE } from '../../../main/exporter/deidentify/basic-profile-table.ts'
import { cleanText } from '../../../main/exporter/deidentify/clean-text.ts'
import { shiftDate } from '../../../main/exporter/deidentify/dates.ts'
import { actionFor } from '../../../main/exporter/deidentify/profile.ts'
import { pydicomFolder, python } from '../../helpers/corpora.ts'
import { dcmtk, hasTool } from '../../helpers/dcmtk.ts'
import { ctImage } from '../cache/data-sets.ts'
import { basicProfile, exported, filesBelow, holding } from './exporting.ts'

const options = (chosen: Partial<DeidentificationOptions> = {}): DeidentificationOptions => ({
  ...basicProfile,
  ...chosen,
})

/** The attributes of each file: keyword → text, of sequences the texts of their items. */
const read = (files: readonly string[]): Record<string, string>[] =>
  files.map((file) => {
    const bytes = readFileSync(file)
    const head = parsePart10(bytes)
    if (head.kind !== 'part-10') throw new Error('no DICOM file')
    const scan = new HeaderScan(head.TransferSyntaxUID)
    scan.push(bytes.subarray(head.dataSetOffset))
    const result = scan.end()
    if (result.kind !== 'complete') throw new Error(result.detail)
    return textsIn(result.attributes)
  })

const textsIn = (dataSet: DataSet): Record<string, string> =>
  Object.fromEntries(
    [...dataSet.elements.values()].map((element) => [
      lookUpTag(element.tag)?.keyword ?? '',
      element.items ? JSON.stringify(element.items.map(textsIn)) : dataSet.textsOf(element).join('\\'),
    ]),
  )

const deidentified = async (given: Parameters<typeof holding>, chosen: Partial<DeidentificationOptions> = {}) => {
  const held = holding(...given)
  const whole = await exported(held, {
    StudyInstanceUIDs: held.StudyInstanceUIDs,
    deidentification: options(chosen),
  })
  return { ...whole, held, files: filesBelow(join(whole.path, 'DICOM')) }
}

describe('the basic profile', () => {
  it('knows every attribute of its table, and none twice', () => {
    const tags = BASIC_PROFILE_TABLE.trim()
      .split('\n')
      .map((line) => Number.parseInt(line, 16))
    expect(new Set(tags).size).toBe(tags.length)
    const unknown = tags.filter((tag) => !lookUpTag(tag)).map((tag) => tag.toString(16))
    expect(unknown).toEqual([])
  })

  it('removes private attributes, curves and overlays whatever is retained', () => {
    const all = options({ retainUIDs: true, dates: 'full', cleanDescriptors: true, retainDeviceIdentity: true })
    expect([0x00091001, 0x50003000, 0x60003000, 0x60024000, 0x00290010].map((tag) => actionFor(tag, all))).toEqual(
      Array(5).fill('X'),
    )
  })

  it('keeps or cleans only what an option names', () => {
    const StudyDescription = 0x00081030
    const StudyDate = 0x00080020
    const PatientAge = 0x00101010
    const StationName = 0x00081010
    const InstitutionName = 0x00080080
    const SOPInstanceUID = 0x00080018
    const actions = (chosen: Partial<DeidentificationOptions>) =>
      [StudyDescription, StudyDate, PatientAge, StationName, InstitutionName, SOPInstanceUID].map((tag) =>
        actionFor(tag, options(chosen)),
      )
    expect(actions({})).toEqual(['X', 'Z', 'X', 'D', 'D', 'U'])
    expect(actions({ cleanDescriptors: true })).toEqual(['clean', 'Z', 'X', 'D', 'D', 'U'])
    expect(actions({ dates: 'modified' })).toEqual(['X', 'shift', 'X', 'D', 'D', 'U'])
    expect(actions({ dates: 'full' })).toEqual(['X', 'K', 'X', 'D', 'D', 'U'])
    expect(actions({ retainPatientCharacteristics: true })).toEqual(['X', 'Z', 'K', 'D', 'D', 'U'])
    expect(actions({ retainDeviceIdentity: true })).toEqual(['X', 'Z', 'X', 'K', 'D', 'U'])
    expect(actions({ retainInstitutionIdentity: true })).toEqual(['X', 'Z', 'X', 'D', 'K', 'U'])
    expect(actions({ retainUIDs: true })).toEqual(['X', 'Z', 'X', 'D', 'D', 'K'])
  })
})

describe('what the table does not name', () => {
  const actions = (tags: readonly number[], chosen: Partial<DeidentificationOptions> = {}) =>
    tags.map((tag) => actionFor(tag, options(chosen)))

  it('is no way round it: names, dates, UIDs, addresses, orders and free text go as well', () => {
    const PatientBirthDateInAlternativeCalendar = 0x00100033
    const MultiFrameSourceSOPInstanceUID = 0x00081167
    const SOPInstanceUIDOfConcatenationSource = 0x00200242
    const TableTopPositionAlignmentUID = 0x300a0054
    const DocumentAuthorTrial = 0x0040a067
    const EvaluatorName = 0x00142006
    const ProcedureCreationDate = 0x00144076
    const RetrieveURL = 0x00081190
    const PlacerOrderNumberProcedure = 0x00401006
    const CommentsOnTheScheduledProcedureStep = 0x00400400
    const DocumentTitle = 0x00420010
    const SegmentDescription = 0x00620006
    const TextValue = 0x0040a160
    const uids = [MultiFrameSourceSOPInstanceUID, SOPInstanceUIDOfConcatenationSource, TableTopPositionAlignmentUID]
    const dates = [ProcedureCreationDate]
    expect(actions(uids)).toEqual(['U', 'U', 'U'])
    expect(actions(uids, { retainUIDs: true })).toEqual(['K', 'K', 'K'])
    expect(actions(dates)).toEqual(['D'])
    expect(actions(dates, { dates: 'modified' })).toEqual(['shift'])
    expect(actions(dates, { dates: 'full' })).toEqual(['K'])
    expect(actions([DocumentAuthorTrial, EvaluatorName])).toEqual(['D', 'D'])
    expect(
      actions([
        PatientBirthDateInAlternativeCalendar,
        RetrieveURL,
        PlacerOrderNumberProcedure,
        CommentsOnTheScheduledProcedureStep,
      ]),
    ).toEqual(['X', 'X', 'X', 'X'])
    expect(actions([DocumentTitle, SegmentDescription, TextValue])).toEqual(['Z', 'D', 'D'])
  })

  it('stays where it says what the object is and how it was made', () => {
    const SOPClassUID = 0x00080016
    const ReferencedSOPClassUID = 0x00081150
    const CodeMeaning = 0x00080104
    const CodingSchemeUID = 0x0008010c
    const DetectorDescription = 0x00187006
    const PixelData = 0x7fe00010
    const Manufacturer = 0x00080070
    const PixelPaddingValue = 0x00280120
    const kept = [SOPClassUID, ReferencedSOPClassUID, CodeMeaning, CodingSchemeUID, DetectorDescription]
    expect(actions([...kept, PixelData, Manufacturer, PixelPaddingValue])).toEqual(Array(8).fill('K'))
  })
})

describe('what is written', () => {
  it('changes a UID also where the object gives it as UN, and names it nowhere else', async () => {
    const { request, bytes } = ctImage()
    const uid = Buffer.from('1.2.826.0.1.77.1.1.1')
    const at = bytes.indexOf(Buffer.concat([Buffer.from('UI'), Buffer.of(uid.length, 0), uid]))
    const unknown = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from('UN\0\0'),
      Buffer.of(uid.length, 0, 0, 0),
      bytes.subarray(at + 4),
    ])
    const { path, files } = await deidentified([{ request, bytes: unknown }])
    expect(read(files)[0]?.SOPInstanceUID).toMatch(/^2\.25\.\d{1,39}$/)
    const whole = filesBelow(path).map((file) => readFileSync(file).toString('latin1'))
    expect(whole.join()).not.toContain('1.2.826.0.1.77.1.1.1')
  })

  it('gives the objects of a study one pseudonym and one shift, however each writes who it is of', async () => {
    const objects = [
      ctImage({ series: 1 }, { PatientName: 'DOE^JOHN', IssuerOfPatientID: 'HOSPITAL' }),
      ctImage({ series: 2 }, { PatientName: 'Doe^John^^' }),
      ctImage({ study: 2 }, { PatientID: 'PAT1', PatientName: 'Doe^John', IssuerOfPatientID: 'HOSPITAL' }),
    ]
    const rows = read((await deidentified(objects, { dates: 'modified' })).files)
    expect(new Set(rows.map(({ PatientID }) => PatientID))).toEqual(new Set(['ANON0001']))
    expect(new Set(rows.map(({ StudyDate }) => StudyDate)).size).toBe(1)
  })

  it('overwrites what cameras and encoders wrote into compressed pixels, and nothing of the picture', async () => {
    const segment = (marker: number, content: string) => {
      const bytes = Buffer.from(content, 'latin1')
      const head = Buffer.from([0xff, marker, 0, 0])
      head.writeUInt16BE(bytes.length + 2, 2)
      return Buffer.concat([head, bytes])
    }
    const jpeg = (exif: string, comment: string) =>
      Buffer.concat([
        Buffer.from('ffd8', 'hex'),
        segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
        segment(0xe1, exif),
        segment(0xee, 'Adobe\0\x64\0\0\0\0\x01'),
        segment(0xfe, comment),
        segment(0xdb, 'quantisation'),
        Buffer.from('ffda', 'hex'),
        Buffer.from('scan \xff\xe1 of entropy-coded bytes', 'latin1'),
      ])
    const jpeg2000 = (comment: string) =>
      Buffer.concat([
        Buffer.from('ff4f', 'hex'),
        segment(0x51, 'size '),
        segment(0x64, `\0\x01${comment}`),
        Buffer.from('ff90tile'),
      ])
    const box = (type: string, ...contents: (string | Buffer)[]) => {
      const content = Buffer.concat(contents.map((each) => Buffer.from(each)))
      const head = Buffer.alloc(8)
      head.writeUInt32BE(content.length + 8)
      head.write(type, 4, 'latin1')
      return Buffer.concat([head, content])
    }
    const mp4 = (times: string, type: string, owner: string) =>
      Buffer.concat([
        box('ftyp', 'isom'),
        box('mdat', 'samples: udta'),
        box('moov', box('mvhd', '\0\0\0\0', times, 'length and rate'), box('trak', box(type, owner))),
      ])
    const inFragments = (...fragments: Buffer[]) => {
      const items = fragments.map((each) => {
        const padded = each.length % 2 === 0 ? each : Buffer.concat([each, Buffer.alloc(1)])
        const head = Buffer.from('feff00e000000000', 'hex')
        head.writeUInt32LE(padded.length, 4)
        return Buffer.concat([head, padded])
      })
      const head = Buffer.from('e07f10004f420000fffffffffeff00e000000000', 'hex')
      return Buffer.concat([head, ...items, Buffer.from('feffdde000000000', 'hex')])
    }
    const zeros = (text: string) => '\0'.repeat(text.length)
    const [exif, comment, owner] = ['Exif\0\0GPS 48.8 N 2.3 E', 'Mme DURAND', 'Dr MARTIN, iPhone']
    const photograph = ctImage({})
    const head = photograph.bytes.subarray(0, photograph.bytes.indexOf(Buffer.from('e07f1000', 'hex')))
    const bytes = Buffer.concat([
      head,
      inFragments(jpeg(exif, comment), jpeg2000(comment), mp4('12345678', 'udta', owner)),
    ])
    const request = { ...photograph.request, TransferSyntaxUID: '1.2.840.10008.1.2.4.50' }
    const { files } = await deidentified([{ request, bytes }])
    const written = readFileSync(files[0] ?? '')
    const expected = inFragments(
      jpeg(zeros(exif), zeros(comment)),
      jpeg2000(zeros(comment)),
      mp4('\0'.repeat(8), 'free', zeros(owner)),
    )
    expect(written.subarray(-expected.length).toString('latin1')).toBe(expected.toString('latin1'))
  })

  it('leaves out documents, whose content it cannot clean, and says so', async () => {
    const document = ctImage(
      { instance: 2 },
      { Modality: 'DOC', EncapsulatedDocument: Buffer.from('%PDF-1.7 Mme MÜLLERSON') },
    )
    const { leftOut, files } = await deidentified([ctImage(), document])
    expect(leftOut).toEqual([{ reason: 'not-deidentifiable', count: 1 }])
    expect(files).toHaveLength(1)
  })

  it('says that it is de-identified and how, and gives a patient one pseudonym in all objects', async () => {
    const objects = [ctImage({ study: 1 }), ctImage({ study: 1, instance: 2 }), ctImage({ study: 2 })]
    const { files } = await deidentified(objects, { dates: 'modified' })
    const rows = read(files)
    expect(rows.map((row) => [row.PatientName, row.PatientID])).toEqual([
      ['ANON0001', 'ANON0001'],
      ['ANON0001', 'ANON0001'],
      ['ANON0002', 'ANON0002'],
    ])
    for (const row of rows) {
      expect(row).toMatchObject({
        PatientIdentityRemoved: 'YES',
        LongitudinalTemporalInformationModified: 'MODIFIED',
        PatientBirthDate: '',
        AccessionNumber: '',
      })
      expect(row.DeidentificationMethodCodeSequence).toMatch(/113100[\s\S]*113107/)
      expect(row).not.toHaveProperty('StudyDescription')
    }
  })

  it('keeps what belongs together together: UIDs are changed alike everywhere, and otherwise in another export', async () => {
    const objects = [ctImage({ instance: 1 }), ctImage({ instance: 2 }), ctImage({ study: 2 })]
    const [one, other] = [read((await deidentified(objects)).files), read((await deidentified(objects)).files)]
    const uids = (rows: typeof one, keyword: string) => rows.map((row) => row[keyword])
    expect(new Set(uids(one, 'StudyInstanceUID')).size).toBe(2)
    expect(one[0]?.StudyInstanceUID).toBe(one[1]?.StudyInstanceUID)
    expect(one[0]?.SeriesInstanceUID).toBe(one[1]?.SeriesInstanceUID)
    expect(new Set(uids(one, 'SOPInstanceUID')).size).toBe(3)
    for (const uid of [...uids(one, 'SOPInstanceUID'), ...uids(one, 'StudyInstanceUID')])
      expect(uid).toMatch(/^2\.25\.\d{1,39}$/)
    expect(uids(one, 'StudyInstanceUID')).not.toEqual(uids(other, 'StudyInstanceUID'))
    const { held, files } = await deidentified(objects, { retainUIDs: true })
    expect(uids(read(files), 'SOPInstanceUID')).toEqual(held.objects.map(({ SOPInstanceUID }) => SOPInstanceUID))
  })

  it('moves dates so that the time between them stays', async () => {
    const objects = [
      ctImage({ series: 1 }, { StudyDate: '20260131' }),
      ctImage({ series: 2 }, { StudyDate: '20260302' }),
    ]
    const rows = read((await deidentified(objects, { dates: 'modified' })).files)
    const [first = 0, second = 0] = rows.map(({ StudyDate = '' }) =>
      Date.UTC(Number(StudyDate.slice(0, 4)), Number(StudyDate.slice(4, 6)) - 1, Number(StudyDate.slice(6))),
    )
    expect((second - first) / 86_400_000).toBe(30)
    expect(first).toBeLessThan(Date.UTC(2026, 0, 2))
  })

  it.skipIf(!pydicomFolder('test_files'))(
    'holds no name, identifier, private element or first UID of any kind of object',
    async () => {
      const folder = pydicomFolder('test_files') ?? ''
      const given = filesBelow(folder).filter((file) => /\.dcm$/.test(file) && !/DICOMDIR/.test(file))
      const { path, files } = await deidentified(given)
      expect(files.length).toBeGreaterThan(30)
      const script = join(import.meta.dirname, 'deidentified.py')
      const answer = JSON.parse(
        execFileSync(python, ['-W', 'ignore', script, folder, join(path, 'DICOM')], {
          encoding: 'utf8',
          maxBuffer: 1 << 28,
        }),
      ) as { leaks: string[]; private: string[]; files: number }
      expect(answer).toEqual({ leaks: [], private: [], files: files.length })
    },
    60_000,
  )

  it.skipIf(!hasTool('dciodvfy'))('is as sound as it was', async () => {
    const demo = join(import.meta.dirname, '../../../resources/demo/mr')
    const [name = ''] = readdirSync(demo).filter((each) => each.endsWith('.dcm'))
    const { files } = await deidentified([join(demo, name)], { dates: 'modified', cleanDescriptors: true })
    const faults = async (file: string) => (await dcmtk('dciodvfy', [file])).output.match(/^Error.*/gm) ?? []
    expect(await faults(files[0] ?? '')).toEqual(await faults(join(demo, name)))
    expect(readFileSync(files[0] ?? '').includes('INIA')).toBe(false)
  })
})

describe('texts and dates', () => {
  it('descriptions lose the words that identify, numbers of somebody and accents', () => {
    const words = new Set(['martin', 'elise', 'besancon'])
    expect(cleanText('IRM MARTIN-Élise genou gauche T2 du 03/02/2026 Dr@x.fr', words)).toBe('IRM genou gauche T2 du')
    expect(cleanText('CHU Besançon thorax', words)).toBe('CHU thorax')
    expect(cleanText('IRM ELISEMARTIN martin2 T1 3 mm tel 06 12 34 56 78 le 03 02 51', words)).toBe(
      'IRM T1 3 mm tel le',
    )
  })

  it('what must have a value has one also where nothing is left of the text', async () => {
    const label = ctImage({}, { StudyDescription: 'MÜLLERSON', ProtocolName: 'Élise' })
    const [row] = read((await deidentified([label], { cleanDescriptors: true })).files)
    expect(row).not.toHaveProperty('StudyDescription')
    // X/D: a dummy is right for every kind of object.
    expect(row?.ProtocolName).toBe('REMOVED')
  })

  it('names of two letters are names', async () => {
    const object = ctImage({}, { PatientName: 'LY^Anh', StudyDescription: 'TDM LY AX thorax' })
    const [row] = read((await deidentified([object], { cleanDescriptors: true })).files)
    expect(row?.StudyDescription).toBe('TDM AX thorax')
  })

  it.each([
    ['20260301', -1, '20260228'],
    ['20240301123000.5+0100', -1, '20240229123000.5+0100'],
    ['1999.05.01', -1, '19990430'],
    ['20260115-20260120', -1, ''],
    ['2026', -1, ''],
    ['20261332', -1, ''],
    ['00000101', -400, ''],
  ])('%s moved by %i days is %s', (value, days, expectedDate) => {
    expect(shiftDate(value, days)).toBe(expectedDate)
  })
})
