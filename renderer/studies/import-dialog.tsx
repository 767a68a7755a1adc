/** Files, a folder or the demo studies, when the list is not empty any more. */
import { Modal, Stack, Text, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { DemoStudies } from './demo-studies.tsx'
import { FileButtons } from './file-buttons.tsx'

export function ImportDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('studies:commands.import')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <Stack>
        <Text>{t('studies:empty.drop.text')}</Text>
        <FileButtons onTaken={onClose} />
        <Title order={2} mt="md">
          {t('studies:demo.title')}
        </Title>
        <Text c="dimmed">{t('studies:demo.text')}</Text>
        <DemoStudies />
      </Stack>
    </Modal>
  )
}
