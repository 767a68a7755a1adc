/** Calls a remote AE by C-ECHO and says what came of it. */
import { Button, Text } from '@mantine/core'
import { IconCircleCheck, IconPlugConnected } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DicomPeer } from '../../main/contract/settings.ts'
import { trpc } from '../services/client.ts'
import { DetailsFold } from '../ui/details-fold.tsx'
import { canBeCalled, isCompletePeer } from './peer-rules.ts'

/** The test of `peer`: its answer holds for what was tested alone. */
export function usePeerTest(peer: DicomPeer) {
  const [tested, setTested] = useState<string | null>(null)
  const test = useMutation(trpc.network.testPeer.mutationOptions())
  const { aeTitle, address, port, tls, fingerprint = null } = peer
  const called = { aeTitle, address, port, tls, fingerprint }
  const now = JSON.stringify(called)
  const isCurrent = tested === now
  return {
    isPossible: isCompletePeer(peer) && canBeCalled(peer),
    isPending: test.isPending,
    answer: isCurrent ? test.data : undefined,
    hasFailed: isCurrent && test.isError,
    run: () => {
      setTested(now)
      test.mutate(called)
    },
  }
}

type PeerTest = ReturnType<typeof usePeerTest>

/** The button; `label` names the peer to those who do not see the row. */
export function PeerTestButton({ test, label }: { test: PeerTest; label?: string }) {
  const { t } = useTranslation()
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlugConnected size={15} stroke={1.6} />}
      disabled={!test.isPossible}
      loading={test.isPending}
      aria-label={label}
      onClick={test.run}
    >
      {t('settings:peers.test')}
    </Button>
  )
}

/** What came of it, in words. */
export function PeerTestAnswer({ test: { answer, hasFailed } }: { test: PeerTest }) {
  const { t } = useTranslation()
  return (
    <div aria-live="polite">
      {hasFailed && <Text c="var(--waiting)">{t('settings:peers.testFailed')}</Text>}
      {answer?.fault && (
        <>
          <Text c="var(--waiting)">{t(`settings:peers.fault.${answer.fault}`)}</Text>
          <DetailsFold text={answer.detail} />
        </>
      )}
      {answer?.fault === null && (
        <Text c="var(--done)" fw={600}>
          <IconCircleCheck size={16} stroke={1.8} aria-hidden="true" style={{ verticalAlign: '-3px' }} />{' '}
          {t('settings:peers.works')}
        </Text>
      )}
    </div>
  )
}
