/** Choosing files or a folder where dropping is not at hand, and for the keyboard. */
import { Button, FileButton, Group } from '@mantine/core'
import { IconDisc, IconFiles, IconFolder } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseIntake } from '../importing/intakes.ts'
import { offerFiles } from '../importing/offer-files.ts'

/** `onTaken` is told when something was chosen. */
export function FileButtons({ onTaken }: { onTaken?: () => void }) {
  const { t } = useTranslation()
  const folder = useRef<HTMLInputElement>(null)
  const take = (files: Iterable<File>) => {
    const chosen = [...files]
    if (chosen.length === 0) return
    onTaken?.()
    void offerFiles(chosen)
  }
  const browse = () => {
    onTaken?.()
    chooseIntake()
  }
  return (
    <Group gap="xs" justify="center">
      <Button data-autofocus leftSection={<IconDisc size={15} stroke={1.6} />} onClick={browse}>
        {t('import:choose.button')}
      </Button>
      <FileButton multiple onChange={take}>
        {(props) => (
          <Button {...props} variant="default" leftSection={<IconFiles size={15} stroke={1.6} />}>
            {t('studies:drop.files')}
          </Button>
        )}
      </FileButton>
      <Button
        variant="default"
        leftSection={<IconFolder size={15} stroke={1.6} />}
        onClick={() => folder.current?.click()}
      >
        {t('studies:drop.folder')}
      </Button>
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        aria-label={t('studies:drop.folder')}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          take(event.currentTarget.files ?? [])
          event.currentTarget.value = ''
        }}
      />
    </Group>
  )
}
