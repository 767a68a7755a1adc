/** An archive by DICOMweb: its address, and how to sign in there. */
import { Group, PasswordInput, SegmentedControl, Text, TextInput } from '@mantine/core'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { ArchiveConfiguration } from '../../main/contract/archive.ts'
import { isAddress, isToken, keptKind, type TypedArchive } from './archive-values.ts'

export interface ArchiveFieldsProps {
  value: TypedArchive
  onChange(value: TypedArchive): void
}

/** Address and signing in. */
export function ArchiveWebFields(props: ArchiveFieldsProps & { kept: ArchiveConfiguration | null }) {
  const authenticationLabel = useId()
  const { t } = useTranslation()
  const { value, kept, onChange } = props
  const isSecretKept = keptKind(kept) === value.kind
  return (
    <>
      <TextInput
        label={t('settings:archive.url')}
        placeholder="https://…/dicom-web"
        value={value.url}
        maxLength={500}
        w={420}
        spellCheck={false}
        autoComplete="off"
        error={value.url === '' || isAddress(value.url) ? null : t('settings:archive.badUrl')}
        onChange={(event) => onChange({ ...value, url: event.currentTarget.value })}
      />
      {/^http:/i.test(value.url.trim()) && (
        <Text c="var(--waiting)" size="xs">
          {t('settings:archive.notEncrypted')}
        </Text>
      )}
      <div>
        <Text fw={600} mb={2} id={authenticationLabel}>
          {t('settings:archive.authentication')}
        </Text>
        <SegmentedControl
          aria-labelledby={authenticationLabel}
          value={value.kind}
          data={(['none', 'basic', 'bearer'] as const).map((kind) => ({
            value: kind,
            label: t(`settings:archive.kind.${kind}`),
          }))}
          onChange={(kind) => onChange({ ...value, kind: kind as TypedArchive['kind'], secret: null })}
        />
      </div>
      {value.kind !== 'none' && (
        <Group gap="sm" align="flex-start">
          {value.kind === 'basic' && (
            <TextInput
              label={t('settings:archive.user')}
              value={value.user}
              maxLength={200}
              w={220}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onChange({ ...value, user: event.currentTarget.value })}
            />
          )}
          <PasswordInput
            label={t(value.kind === 'basic' ? 'settings:archive.password' : 'settings:archive.token')}
            value={value.secret ?? ''}
            placeholder={isSecretKept ? t('settings:archive.secretKept') : ''}
            maxLength={value.kind === 'basic' ? 200 : 8_192}
            w={320}
            autoComplete="off"
            size="sm"
            error={value.kind === 'bearer' && !isToken(value.secret ?? '') ? t('settings:archive.badToken') : null}
            onChange={(event) => onChange({ ...value, secret: event.currentTarget.value || null })}
          />
        </Group>
      )}
    </>
  )
}
