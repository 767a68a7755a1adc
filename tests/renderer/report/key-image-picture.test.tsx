/** The picture of a marked frame follows the image that is shown under its UID. */
import { expect, test } from 'vitest'
import type { KeyImage } from '../../../main/contract/report.ts'
import { KeyImagePicture } from '../../../renderer/report/key-image-picture.tsx'
import { queryClient, trpc } from '../../../renderer/services/client.ts'
import { answerBy, onScreen, show } from '../program.tsx'

onScreen()

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
  answerBy({
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
  })
  const { container } = show(<KeyImagePicture keyImage={keyImage} />)
  const shown = () => /instance=(\d+)/.exec(container.querySelector('img')?.src ?? '')?.[1]
  await expect.poll(() => queryClient.isFetching()).toBe(0)
  for (const instanceKey of [1, 2]) {
    here = { revision: instanceKey + 1, instanceKey }
    await queryClient.invalidateQueries(trpc.studies.get.pathFilter())
    await expect.poll(shown).toBe(String(instanceKey))
  }
})
