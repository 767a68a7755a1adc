import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { HeaderScan } from '../../../../main/dataset/index.ts'
import { Dicomdir } from '../../../../main/exporter/directory/dicomdir.ts'
import { ctImage } from '../../cache/data-sets.ts'

/** Adds an image to a directory; what is left of its header once nobody else holds it. */
function added(dicomdir: Dicomdir, instance: number): WeakRef<object>[] {
  const { request, bytes } = ctImage({ instance })
  const scan = new HeaderScan(request.TransferSyntaxUID)
  scan.push(bytes)
  const result = scan.end()
  if (result.kind !== 'complete') throw new Error(result.kind)
  const { attributes } = result
  dicomdir.add({ ...request, fileId: ['DICOM', 'P1', 'S1', 'R1', `I${instance}`], attributes })
  const values = [...attributes.elements.values()].flatMap((element) => (element.bytes ? [element.bytes.buffer] : []))
  return [attributes, ...new Set(values)].map((held) => new WeakRef<object>(held))
}

it('holds nothing of its files but what their records say', async () => {
  const dicomdir = new Dicomdir()
  const held = [1, 2, 3].flatMap((instance) => added(dicomdir, instance))
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('no collector')
  await expect
    .poll(() => {
      collect()
      return held.filter((each) => each.deref() !== undefined).length
    })
    .toBe(0)
  expect(dicomdir.files).toBe(3)
  const names = dicomdir
    .bytes('1.2.3.4')
    .toString('latin1')
    .match(/R1\\I[123]/g)
  expect(names).toHaveLength(3)
})
