/** How a de-identified export is made: the basic profile, and what a person keeps in spite of it. */
import { Alert, Checkbox, Radio, Stack, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { DeidentificationOptions, ExportPlan } from '../../main/contract/exporter.ts'

/** The strictest that the basic profile has. */
export const basicProfile: DeidentificationOptions = {
  pseudonym: 'ANON',
  retainUIDs: false,
  dates: 'removed',
  cleanDescriptors: false,
  retainPatientCharacteristics: false,
  retainDeviceIdentity: false,
  retainInstitutionIdentity: false,
}

export const isPseudonym = (text: string): boolean => /^[A-Za-z0-9_-]{1,12}$/.test(text)

const choices = [
  'cleanDescriptors',
  'retainPatientCharacteristics',
  'retainUIDs',
  'retainDeviceIdentity',
  'retainInstitutionIdentity',
] as const

interface FormProps {
  value: DeidentificationOptions
  onChange(value: DeidentificationOptions): void
  /** What is in the objects that nobody cleans; null: not known yet. */
  plan: Pick<ExportPlan, 'mayShowNames' | 'beyondReach'> | null
}

export function DeidentificationForm({ value, onChange, plan }: FormProps) {
  const { t } = useTranslation()
  const { mayShowNames = 0, beyondReach = 0 } = plan ?? {}
  return (
    <Stack gap="sm">
      <TextInput
        label={t('export:deidentify.pseudonym')}
        description={t('export:deidentify.pseudonymText')}
        value={value.pseudonym}
        maxLength={12}
        w={320}
        error={isPseudonym(value.pseudonym) ? null : t('export:deidentify.badPseudonym')}
        onChange={(event) => onChange({ ...value, pseudonym: event.currentTarget.value })}
      />
      <Radio.Group
        label={t('export:deidentify.dates')}
        value={value.dates}
        onChange={(dates) => onChange({ ...value, dates: dates as DeidentificationOptions['dates'] })}
      >
        <Stack gap={10} mt={6}>
          {(['removed', 'modified', 'full'] as const).map((dates) => (
            <Radio key={dates} value={dates} size="xs" label={t(`export:deidentify.date.${dates}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <Stack gap={10}>
        {choices.map((choice) => (
          <Checkbox
            key={choice}
            size="xs"
            label={t(`export:deidentify.choice.${choice}`)}
            checked={value[choice]}
            onChange={(event) => onChange({ ...value, [choice]: event.currentTarget.checked })}
          />
        ))}
      </Stack>
      <Alert color="amber" variant="light">
        {mayShowNames > 0
          ? t('export:deidentify.burnedIn', { count: mayShowNames })
          : t('export:deidentify.pixelsUnchanged')}{' '}
        {beyondReach > 0 && t('export:deidentify.beyondReach', { count: beyondReach })}
      </Alert>
    </Stack>
  )
}
