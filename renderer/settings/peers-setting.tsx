/** The table of remote AEs: who they are, what each may ask for, and whether they answer. The first that fits a caller holds. */
import { ActionIcon, Badge, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { IconArrowUp, IconPencil, IconPlus, IconTrash, type TablerIcon } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DicomPeer, Settings } from '../../main/contract/settings.ts'
import { useSettings, useUpdateSettings } from '../services/settings.ts'
import { takeLostFocus } from '../ui/take-lost-focus.ts'
import classes from './network-group.module.css'
import { PeerForm } from './peer-form.tsx'
import { newPeer, peerRights } from './peer-rules.ts'
import { PeerTestAnswer, PeerTestButton, usePeerTest } from './peer-test.tsx'
import choiceClasses from './receiver-form.module.css'
import { Setting } from './setting.tsx'

interface PeerRowProps {
  peer: DicomPeer
  onEdit(): void
  onRemove(): void
  /** Null for the first. */
  onRaise: (() => void) | null
}

interface RowActionProps {
  /** The AE title of the row. */
  of: string
  action: 'raise' | 'edit' | 'remove'
  icon: TablerIcon
  onClick: (() => void) | null
}

function RowAction({ of, action, icon: Icon, onClick }: RowActionProps) {
  const { t } = useTranslation()
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      disabled={onClick === null}
      aria-label={t(`settings:peers.${action}Of`, { aeTitle: of })}
      title={t(`settings:peers.${action}`)}
      onClick={() => onClick?.()}
    >
      <Icon size={16} stroke={1.6} />
    </ActionIcon>
  )
}

function PeerRow({ peer, onEdit, onRemove, onRaise }: PeerRowProps) {
  const { t } = useTranslation()
  const test = usePeerTest(peer)
  const { aeTitle, address, port, tls, may } = peer
  const rights = peerRights.filter((right) => may[right]).map((right) => t(`settings:peers.right.${right}`))
  return (
    <li className={classes.peer}>
      <div className={classes.who}>
        <Group gap="xs">
          <Text fw={600}>{aeTitle}</Text>
          {tls && (
            <Badge size="sm" variant="outline" color="gray">
              TLS
            </Badge>
          )}
        </Group>
        <Text c="dimmed">
          {address}
          {port === null ? '' : `, ${t('settings:peers.atPort', { port })}`}
        </Text>
      </div>
      <Text className={classes.rights}>{rights.length > 0 ? rights.join(', ') : t('settings:peers.verifyOnly')}</Text>
      <Group gap={4} wrap="nowrap">
        <PeerTestButton test={test} label={t('settings:peers.testOf', { aeTitle })} />
        <RowAction of={aeTitle} action="raise" icon={IconArrowUp} onClick={onRaise} />
        <RowAction of={aeTitle} action="edit" icon={IconPencil} onClick={onEdit} />
        <RowAction of={aeTitle} action="remove" icon={IconTrash} onClick={onRemove} />
      </Group>
      <div className={classes.answer}>
        <PeerTestAnswer test={test} />
      </div>
    </li>
  )
}

/** As many as the contract takes. */
const MAX_PEERS = 200

export function PeersSetting() {
  const { t } = useTranslation()
  const { peers } = useSettings()
  const update = useUpdateSettings()
  /** Index of the one that is being typed; behind the last for a new one. */
  const [edited, setEdited] = useState<number | null>(null)
  const [removed, setRemoved] = useState<{ peer: DicomPeer; at: number } | null>(null)
  const addButton = useRef<HTMLButtonElement>(null)
  const wasEdited = useRef(false)
  useEffect(() => {
    // The form is gone: without this the focus would be nowhere.
    if (wasEdited.current && edited === null) takeLostFocus(addButton.current)
    wasEdited.current = edited !== null
  }, [edited])
  const leaveForm = () => setEdited(null)
  const save = (next: DicomPeer[]) => update.mutate({ peers: next })
  const formFor = (peer: DicomPeer, index: number) => (
    <PeerForm
      key={`form ${index}`}
      kept={peer}
      isSaving={update.isPending}
      onSave={(changed) => {
        const isKnown = peers.some((each, at) => at !== index && JSON.stringify(each) === JSON.stringify(changed))
        if (isKnown) return leaveForm()
        return update.mutate(
          { peers: index < peers.length ? peers.with(index, changed) : [...peers, changed] },
          { onSuccess: leaveForm },
        )
      }}
      onCancel={leaveForm}
    />
  )
  return (
    <Setting title={t('settings:peers.title')} text={t('settings:peers.text')} wide>
      <Stack gap="sm">
        {peers.length === 0 && edited === null && <Text c="dimmed">{t('settings:peers.none')}</Text>}
        <ul className={classes.peers}>
          {peers.map((peer, index) =>
            index === edited ? (
              <li key={JSON.stringify(peer)}>{formFor(peer, index)}</li>
            ) : (
              <PeerRow
                key={JSON.stringify(peer)}
                peer={peer}
                onEdit={() => setEdited(index)}
                onRemove={() => {
                  setRemoved({ peer, at: index })
                  setEdited(null)
                  save(peers.toSpliced(index, 1))
                  addButton.current?.focus()
                }}
                onRaise={index === 0 ? null : () => save(peers.toSpliced(index, 1).toSpliced(index - 1, 0, peer))}
              />
            ),
          )}
        </ul>
        {edited === peers.length && formFor(newPeer, peers.length)}
        <Group gap="sm">
          <Button
            ref={addButton}
            size="sm"
            variant="default"
            leftSection={<IconPlus size={16} stroke={1.6} />}
            disabled={edited !== null || peers.length >= MAX_PEERS}
            onClick={() => {
              setRemoved(null)
              setEdited(peers.length)
            }}
          >
            {t('settings:peers.add')}
          </Button>
          <span aria-live="polite">
            {update.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}
            {removed && !update.isError && (
              <Group gap="xs">
                <Text c="dimmed">{t('settings:peers.removed', { aeTitle: removed.peer.aeTitle })}</Text>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() => {
                    save(peers.toSpliced(removed.at, 0, removed.peer))
                    setRemoved(null)
                  }}
                >
                  {t('settings:peers.undo')}
                </Button>
              </Group>
            )}
          </span>
        </Group>
      </Stack>
    </Setting>
  )
}

export function UnknownPeersSetting() {
  const { t } = useTranslation()
  const { unknownPeers } = useSettings()
  const update = useUpdateSettings()
  return (
    <Setting title={t('settings:unknownPeers.title')} text={t('settings:unknownPeers.text')} wide>
      <Radio.Group
        aria-label={t('settings:unknownPeers.title')}
        value={unknownPeers}
        onChange={(choice) => update.mutate({ unknownPeers: choice as Settings['unknownPeers'] })}
      >
        <Stack gap="xs">
          {(['store', 'refuse'] as const).map((choice) => (
            <Radio.Card key={choice} value={choice} className={choiceClasses.card}>
              <Group wrap="nowrap" align="flex-start">
                <Radio.Indicator />
                <div>
                  <Text fw={600}>{t(`settings:unknownPeers.choice.${choice}.title`)}</Text>
                  <Text c="dimmed">{t(`settings:unknownPeers.choice.${choice}.text`)}</Text>
                </div>
              </Group>
            </Radio.Card>
          ))}
        </Stack>
      </Radio.Group>
      <div aria-live="polite">{update.isError && <Text c="var(--waiting)">{t('settings:failed')}</Text>}</div>
    </Setting>
  )
}
