/** The picture of a marked frame follows the image that is shown under its UID. */
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { KeyImage } from '../../../main/contract/report.ts'
import { KeyImagePicture } from '../../../renderer/report/key-image-picture.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { provideScreen } from '../screen.ts'

// Screens are rendered anew, and answers waited for: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })
const patient = { timeout: 20_000 }

const before = globalThis.fetch
beforeEach(provideScreen)
afterEach(() => {
  cleanup()
  queryClient.clear()
  globalThis.fetch = before
})

const keyImage: KeyImage = {
  keyImageId: 'k',
  image: {
    ...{ StudyInstanceUID: '1.2', SeriesInstanceUID: '1.2.3', SOPClassUID: '1.2.840.10008.5.1.4.1.1.2' },
    ...{ SOPInstanceUID: '1.2.3.4', frame: null },
  },
  title: { CodeValue: '113000', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Of Interest' },
  note: '',
  window: null,
}

test('when it came after the report was opened, and when another version of it was chosen', async () => {
  // Revision of the series, and the key under which the image is shown; none before it comes.
  let here: { revision: number; instanceKey: number | null } = { revision: 1, instanceKey: null }
  const answers: Record<string, () => unknown> = {
    'studies.get': () => ({
      study: {},
      series: [
        {
          StudyInstanceUID: '1.2',
          SeriesInstanceUID: '1.2.3',
          Modality: 'CT',
          revision: here.revision,
          numberOfFrames: 1,
        },
      ],
      priors: [],
    }),
    'viewer.instances': () => ({
      revision: here.revision,
      instances: here.instanceKey === null ? [] : [{ SOPInstanceUID: '1.2.3.4', instanceKey: here.instanceKey }],
    }),
  }
  globalThis.fetch = async (input) => {
    const names = new URL(String(input), 'http://station').pathname.replace('/call/', '').split(',')
    return new Response(JSON.stringify(names.map((name) => ({ result: { data: answers[name]?.() ?? null } }))))
  }
  const { container } = render(
    <MantineProvider>
      <QueryClientProvider client={queryClient}>
        <KeyImagePicture keyImage={keyImage} />
      </QueryClientProvider>
    </MantineProvider>,
  )
  const shown = () => /instance=(\d+)/.exec(container.querySelector('img')?.src ?? '')?.[1]
  await expect.poll(() => queryClient.isFetching(), patient).toBe(0)
  for (const instanceKey of [1, 2]) {
    here = { revision: instanceKey + 1, instanceKey }
    await queryClient.invalidateQueries(trpc.studies.get.pathFilter())
    await expect.poll(shown, patient).toBe(String(instanceKey))
  }
})
