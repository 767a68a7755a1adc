/** Generated CT images as Part-10 files: random pixels of 12 bits, one study a folder, new UIDs at each writing. */
import { randomFillSync } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SOPClassUIDs, TransferSyntaxUIDs } from '../../main/dicom/index.ts'

type Value = string | number | Buffer

/** An element in explicit VR little endian (PS3.5 §7.1.2). */
function element(tag: number, vr: string, value: Value): Buffer {
  let content = typeof value === 'number' ? Buffer.alloc(2) : Buffer.from(value)
  if (typeof value === 'number') content.writeUInt16LE(value)
  if (content.length % 2) content = Buffer.concat([content, Buffer.from(vr === 'UI' ? '\0' : ' ')])
  const isLong = ['OB', 'OW', 'UN', 'SQ', 'UT'].includes(vr)
  const header = Buffer.alloc(isLong ? 12 : 8)
  header.writeUInt16LE(tag >>> 16, 0)
  header.writeUInt16LE(tag & 0xffff, 2)
  header.write(vr, 4, 'latin1')
  if (isLong) header.writeUInt32LE(content.length, 8)
  else header.writeUInt16LE(content.length, 6)
  return Buffer.concat([header, content])
}

/** Padded so that every UID of a folder has one length. */
const uid = (...parts: number[]): string => `1.2.826.0.1.3680043.10.1.${parts.map((part) => part + 100_000).join('.')}`

function fileMeta(SOPInstanceUID: string): Buffer {
  const elements = Buffer.concat([
    element(0x00020001, 'OB', Buffer.from([0, 1])),
    element(0x00020002, 'UI', SOPClassUIDs.CTImageStorage),
    element(0x00020003, 'UI', SOPInstanceUID),
    element(0x00020010, 'UI', TransferSyntaxUIDs.ExplicitVRLittleEndian),
    element(0x00020012, 'UI', '1.2.826.0.1.3680043.10.1'),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(elements.length)
  const group = Buffer.concat([Buffer.from([2, 0, 0, 0]), Buffer.from('UL'), Buffer.from([4, 0]), length])
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), group, elements])
}

function dataSet(study: number, instance: number, size: number, pixels: Buffer, SOPInstanceUID: string): Buffer {
  return Buffer.concat([
    element(0x00080005, 'CS', 'ISO_IR 100'),
    element(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\AXIAL'),
    element(0x00080016, 'UI', SOPClassUIDs.CTImageStorage),
    element(0x00080018, 'UI', SOPInstanceUID),
    element(0x00080020, 'DA', '20260101'),
    element(0x00080030, 'TM', '120000'),
    element(0x00080050, 'SH', `A${study}`),
    element(0x00080060, 'CS', 'CT'),
    element(0x00080070, 'LO', 'Generated'),
    element(0x00081030, 'LO', 'Bench'),
    element(0x0008103e, 'LO', 'Axial'),
    element(0x00100010, 'PN', `Bench^Study${study}`),
    element(0x00100020, 'LO', `B${study}`),
    element(0x00100030, 'DA', '19700101'),
    element(0x00100040, 'CS', 'O'),
    element(0x00180050, 'DS', '1.25'),
    element(0x00180060, 'DS', '120'),
    element(0x0020000d, 'UI', uid(study)),
    element(0x0020000e, 'UI', uid(study, 1)),
    element(0x00200010, 'SH', '1'),
    element(0x00200011, 'IS', '1'),
    element(0x00200013, 'IS', String(instance + 1)),
    element(0x00200032, 'DS', `-250\\-250\\${instance * 1.25}`),
    element(0x00200037, 'DS', '1\\0\\0\\0\\1\\0'),
    element(0x00200052, 'UI', uid(study, 2)),
    element(0x00280002, 'US', 1),
    element(0x00280004, 'CS', 'MONOCHROME2'),
    element(0x00280010, 'US', size),
    element(0x00280011, 'US', size),
    element(0x00280030, 'DS', '0.9765625\\0.9765625'),
    element(0x00280100, 'US', 16),
    element(0x00280101, 'US', 12),
    element(0x00280102, 'US', 11),
    element(0x00280103, 'US', 0),
    element(0x00281050, 'DS', '40'),
    element(0x00281051, 'DS', '400'),
    element(0x00281052, 'DS', '-1024'),
    element(0x00281053, 'DS', '1'),
    element(0x7fe00010, 'OW', pixels),
  ])
}

let lastStudy = Math.floor(Date.now() / 1000) % 1_000_000

/** Writes `folders` folders of `objects` images of `size`² under `target`, which is emptied first; returns their paths. */
export function writeCTFolders(target: string, size: number, folders: number, objects: number): string[] {
  rmSync(target, { recursive: true, force: true })
  const pixels = Buffer.alloc(size * size * 2)
  randomFillSync(pixels)
  for (let i = 1; i < pixels.length; i += 2) pixels[i] = (pixels[i] ?? 0) & 0x0f
  return Array.from({ length: folders }, (_, folder) => {
    lastStudy += 1
    const path = join(target, String(folder))
    mkdirSync(path, { recursive: true })
    for (let instance = 0; instance < objects; instance += 1) {
      const SOPInstanceUID = uid(lastStudy, 1, instance)
      // No two images are equal: the first pixels differ.
      pixels.writeUInt16LE(instance & 0x0fff, 0)
      const file = Buffer.concat([fileMeta(SOPInstanceUID), dataSet(lastStudy, instance, size, pixels, SOPInstanceUID)])
      writeFileSync(join(path, `${String(instance).padStart(5, '0')}.dcm`), file)
    }
    return path
  })
}
