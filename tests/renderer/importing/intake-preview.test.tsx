/** What a person is told of what will be imported, and what will not. */
import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { IntakePreview } from '../../../renderer/importing/intake-preview.tsx'
import { sampleIntake } from '../../helpers/sample-intakes.ts'
import { onScreen, show } from '../program.tsx'

onScreen()

const preview = (...leftOut: string[]) =>
  show(
    <IntakePreview
      intake={{ ...sampleIntake(), isShortened: true, unidentified: 3 }}
      leftOut={new Set(leftOut)}
      onLeaveOut={() => undefined}
    />,
  )

test('all of it comes, also what the list does not show', () => {
  preview()
  expect(screen.getByText(/the import also takes what is not in it/)).toBeTruthy()
})

test('what lies beside a DICOMDIR that does not name it is told', () => {
  preview()
  expect(screen.getByText('4 DICOM objects on the disc are not named by the DICOMDIR')).toBeTruthy()
})

test('once a study is left out, what is not listed or not known yet does not come, and that is said', () => {
  preview('1.2.3.1')
  expect(screen.getByText(/only the studies that are ticked here are imported/)).toBeTruthy()
  expect(screen.getByText(/^3 objects whose study is not known yet are not imported/)).toBeTruthy()
})
