/** One remote AE being typed: who, where, and what it may ask for. */
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DicomPeer } from '../../main/contract/settings.ts'
import classes from './network-group.module.css'
import { WholeNumberField } from './number-fields.tsx'
import { fingerprintFrom, isCompletePeer, isFingerprint, isNetwork, isPeerAddress, peerRights } from './peer-rules.ts'
import { PeerTestAnswer, PeerTestButton, usePeerTest } from './peer-test.tsx'
import { isAETitle } from './receiver-form.tsx'

interface PeerFormProps {
  kept: DicomPeer
  isSaving: boolean
  onSave(peer: DicomPeer): void
  onCancel(): void
}

export function PeerForm({ kept, isSaving, onSave, onCancel }: PeerFormProps) {
  const { t } = useTranslation()
  const [peer, setPeer] = useState(kept)
  const test = usePeerTest(peer)
  const change = (changes: Partial<DicomPeer>) => setPeer({ ...peer, ...changes })
  const number = (field: 'port' | 'maxAssociations', most: number, label: string) => (
    <WholeNumberField
      label={label}
      value={peer[field]}
      most={most}
      width={field === 'port' ? 90 : 150}
      onChange={(value) => change({ [field]: value })}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isCompletePeer(peer)) onSave({ ...peer, aeTitle: peer.aeTitle.trim() })
  }
  return (
    <form
      className={classes.form}
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel()
      }}
      aria-label={t(kept.aeTitle === '' ? 'settings:peers.add' : 'settings:peers.editOf', { aeTitle: kept.aeTitle })}
    >
      <Stack gap="sm">
        <Group align="flex-start" gap="sm">
          <TextInput
            label={t('settings:receiver.aeTitle')}
            value={peer.aeTitle}
            maxLength={16}
            w={180}
            spellCheck={false}
            autoComplete="off"
            data-autofocus
            autoFocus
            error={peer.aeTitle === '' || isAETitle(peer.aeTitle) ? null : t('problems:receiver.bad-ae-title')}
            onChange={(event) => change({ aeTitle: event.currentTarget.value })}
          />
          <TextInput
            label={t('settings:peers.address')}
            placeholder="192.168.10.0/24"
            value={peer.address}
            maxLength={64}
            w={250}
            spellCheck={false}
            autoComplete="off"
            error={peer.address === '' || isPeerAddress(peer.address) ? null : t('settings:peers.badAddress')}
            onChange={(event) => change({ address: event.currentTarget.value.trim() })}
          />
          {number('port', 65_535, t('settings:receiver.port'))}
          {number('maxAssociations', 64, t('settings:peers.maxAssociations'))}
        </Group>
        <Text c="dimmed" size="xs">
          {t(isNetwork(peer.address) ? 'settings:peers.networkText' : 'settings:peers.portText')}
        </Text>
        <Checkbox
          label={t('settings:peers.tls')}
          checked={peer.tls}
          onChange={(event) => change({ tls: event.currentTarget.checked, fingerprint: null })}
        />
        {peer.tls && (
          <TextInput
            label={t('settings:peers.fingerprint')}
            description={t('settings:peers.fingerprintText')}
            placeholder="AB:CD:…"
            value={peer.fingerprint ?? ''}
            maxLength={200}
            spellCheck={false}
            autoComplete="off"
            error={!peer.fingerprint || isFingerprint(peer.fingerprint) ? null : t('settings:peers.badFingerprint')}
            onChange={(event) => change({ fingerprint: fingerprintFrom(event.currentTarget.value) || null })}
          />
        )}
        <Checkbox.Group
          label={t('settings:peers.may')}
          value={peerRights.filter((right) => peer.may[right])}
          onChange={(rights) => {
            const may = (right: (typeof peerRights)[number]) => rights.includes(right)
            change({
              may: { store: may('store'), query: may('query'), retrieve: may('retrieve'), commit: may('commit') },
            })
          }}
        >
          <Group gap="lg" mt={6}>
            {peerRights.map((right) => (
              <Checkbox key={right} value={right} label={t(`settings:peers.right.${right}`)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Group gap="sm">
          <Button type="submit" size="sm" disabled={!isCompletePeer(peer)} loading={isSaving}>
            {t('settings:peers.save')}
          </Button>
          <PeerTestButton test={test} />
          <Button size="sm" variant="subtle" color="gray" onClick={onCancel}>
            {t('settings:peers.cancel')}
          </Button>
        </Group>
        <PeerTestAnswer test={test} />
      </Stack>
    </form>
  )
}
