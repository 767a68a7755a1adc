/** What a person is told of what will be imported, and what will not. */
import { MantineProvider } from '@mantine/core'
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { IntakePreview } from '../../../renderer/importing/intake-preview.tsx'
import { speak } from '../../../renderer/services/i18n.ts'
import { sampleIntake } from '../../helpers/sample-intakes.ts'
import { provideScreen } from '../screen.ts'

beforeEach(() => {
  provideScreen()
  speak('en')
})
afterEach(cleanup)

const show = (...leftOut: string[]) =>
  render(
    <MantineProvider>
      <IntakePreview
        intake={{ ...sampleIntake(), isShortened: true, unidentified: 3 }}
        leftOut={new Set(leftOut)}
        onLeaveOut={() => undefined}
      />
    </MantineProvider>,
  )

test('all of it comes, also what the list does not show', () => {
  show()
  expect(screen.getByText(/the import also takes what is not in it/)).toBeTruthy()
})

test('what lies beside a DICOMDIR that does not name it is told', () => {
  show()
  expect(screen.getByText('4 DICOM objects on the disc are not named by the DICOMDIR')).toBeTruthy()
})

test('once a study is left out, what is not listed or not known yet does not come, and that is said', () => {
  show('1.2.3.1')
  expect(screen.getByText(/only the studies that are ticked here are imported/)).toBeTruthy()
  expect(screen.getByText(/^3 objects whose study is not known yet are not imported/)).toBeTruthy()
})
