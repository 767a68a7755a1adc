/** What this program is and is not, as it has to be read once before use (`NOTICE_VERSION`). */
import { List, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export function Notice() {
  const { t } = useTranslation()
  return (
    <>
      <Text>{t('first-run:notice.is')}</Text>
      <Text fw={600} mt="md">
        {t('first-run:notice.isNot')}
      </Text>
      <List mt="xs" spacing={6}>
        <List.Item>{t('first-run:notice.certified')}</List.Item>
        <List.Item>{t('first-run:notice.diagnosis')}</List.Item>
        <List.Item>{t('first-run:notice.display')}</List.Item>
        <List.Item>{t('first-run:notice.warranty')}</List.Item>
      </List>
    </>
  )
}
