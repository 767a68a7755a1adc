import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reportChange } from '../../../main/contract/report.ts'
import { applyReportChange } from '../../../main/contract/report-changes.ts'
import { changesBetween } from '../../../renderer/report/content/changes.ts'
import { normalSections } from '../../../renderer/report/content/normal.ts'
import { content, paragraph, section } from './contents.ts'

const base = { sections: [], fields: [], keyImages: [] }

test('the changes between any two contents lead from one to the other, and are of the contract', () => {
  fc.assert(
    fc.property(content, content, (before, after) => {
      const changes = changesBetween(before, after)
      for (const change of changes) expect(reportChange.safeParse(change).success).toBe(true)
      const reached = changes.reduce<typeof before | null>(
        (folded, change) => folded && applyReportChange(folded, change),
        before,
      )
      expect(normalSections(reached?.sections ?? [])).toEqual(normalSections(after.sections))
      const byId = (images: typeof after.keyImages) =>
        [...images].sort((one, other) => one.keyImageId.localeCompare(other.keyImageId))
      expect(byId(reached?.keyImages ?? [])).toEqual(byId(after.keyImages))
    }),
    { numRuns: 300 },
  )
})

test('a letter typed changes the one block that it was typed in', () => {
  const blocks = ['un', 'deux', 'trois'].map((text) => paragraph(text))
  const after = blocks.with(1, paragraph('deux!'))
  expect(
    changesBetween({ ...base, sections: [section('a', blocks)] }, { ...base, sections: [section('a', after)] }),
  ).toEqual([{ kind: 'blocks', sectionId: 'a', at: 1, removed: 1, inserted: [paragraph('deux!')] }])
})

test('an empty section and the empty paragraph that the editor shows for it say the same', () => {
  const shown = { ...base, sections: [section('a', [paragraph()])] }
  expect(changesBetween({ ...base, sections: [section('a')] }, shown)).toEqual([])
})
