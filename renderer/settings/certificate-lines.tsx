/** What a certificate says: whose it is, until when, and who issued it; a pair of a definition list. */
import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { CertificateSummary } from '../../main/contract/network.ts'
import { useFormat } from '../ui/format.ts'

/** Of ours, or of an authority. */
export function CertificateLines({
  part,
  certificate,
}: {
  part: 'certificate' | 'authority'
  certificate: CertificateSummary
}) {
  const { t } = useTranslation()
  const format = useFormat()
  const isOver = Date.parse(certificate.validTo) < Date.now()
  return (
    <>
      <dt>{t(`settings:tls.${part}`)}</dt>
      <dd data-selectable>
        {[certificate.subject, ...certificate.names].join(', ')}
        <Text c={isOver ? 'var(--danger)' : 'dimmed'} fw={isOver ? 600 : 400}>
          {t(isOver ? `settings:tls.${part === 'authority' ? 'authorityExpired' : 'expired'}` : 'settings:tls.valid', {
            at: format.day(certificate.validTo),
          })}
          {certificate.issuer !== certificate.subject && ` · ${t('settings:tls.issuer', { name: certificate.issuer })}`}
        </Text>
      </dd>
    </>
  )
}
