/** The settings by group, with the words that the search looks through. */
import type { ComponentType } from 'react'
import { LicencesSetting, NoticeSetting, VersionSetting } from './about-group.tsx'
import { ArchiveSetting } from './archive-group.tsx'
import { LanguageSetting, OverlaysSetting } from './display-group.tsx'
import { KeyboardSetting } from './keyboard-group.tsx'
import { PeersSetting, UnknownPeersSetting } from './peers-setting.tsx'
import { ReaderPinSetting, ReaderProfileSetting, TemplatesSetting } from './reader-group.tsx'
import { KeyStoreSetting, RecoveryKeySetting } from './security-group.tsx'
import { ReceiverSetting, SOPClassesSetting } from './station-group.tsx'
import { TlsSetting } from './tls-setting.tsx'
import { UpdatesSetting } from './updates-group.tsx'
import { WatchedFolderSetting } from './watched-folder-setting.tsx'
import { WebAccessSetting } from './web-access-setting.tsx'
import { WebClientsSetting } from './web-clients-setting.tsx'

export interface SettingEntry {
  id: string
  /** Locale keys of what it says. */
  words: readonly string[]
  component: ComponentType
}

export interface SettingsGroup {
  id: string
  titleKey: string
  entries: readonly SettingEntry[]
}

const entry = (id: string, component: ComponentType, ...words: string[]): SettingEntry => ({ id, component, words })

export const settingsGroups: readonly SettingsGroup[] = [
  {
    id: 'station',
    titleKey: 'settings:group.station',
    entries: [
      entry(
        'receiver',
        ReceiverSetting,
        'settings:receiver.title',
        'settings:receiver.text',
        'settings:receiver.aeTitle',
        'settings:receiver.port',
        'settings:receiver.choice.network.title',
        'settings:receiver.choice.local.title',
      ),
      entry('watchedFolder', WatchedFolderSetting, 'settings:watchedFolder.title', 'settings:watchedFolder.text'),
      entry('sopClasses', SOPClassesSetting, 'settings:sopClasses.title', 'settings:sopClasses.text'),
    ],
  },
  {
    id: 'network',
    titleKey: 'settings:group.network',
    entries: [
      entry(
        'peers',
        PeersSetting,
        'settings:peers.title',
        'settings:peers.text',
        'settings:peers.address',
        'settings:peers.fingerprint',
        'settings:peers.right.query',
        'settings:peers.right.retrieve',
        'settings:peers.right.commit',
      ),
      entry(
        'unknownPeers',
        UnknownPeersSetting,
        'settings:unknownPeers.title',
        'settings:unknownPeers.text',
        'settings:unknownPeers.choice.store.title',
        'settings:unknownPeers.choice.refuse.title',
      ),
      entry(
        'tls',
        TlsSetting,
        'settings:tls.title',
        'settings:tls.text',
        'settings:tls.key',
        'settings:tls.certificate',
        'settings:tls.authorities',
      ),
    ],
  },
  {
    id: 'dicom-web',
    titleKey: 'settings:group.dicomWeb',
    entries: [
      entry(
        'webAccess',
        WebAccessSetting,
        'settings:webAccess.title',
        'settings:webAccess.text',
        'settings:webAccess.origins',
        'settings:tls.certificate',
      ),
      entry(
        'webClients',
        WebClientsSetting,
        'settings:webClients.title',
        'settings:webClients.text',
        'settings:webClients.secret',
      ),
    ],
  },
  {
    id: 'archive',
    titleKey: 'settings:group.archive',
    entries: [
      entry(
        'archive',
        ArchiveSetting,
        'settings:archive.title',
        'settings:archive.text',
        'settings:archive.url',
        'settings:archive.aeTitle',
        'settings:archive.asksCommitment',
        'settings:archive.user',
        'settings:archive.token',
      ),
    ],
  },
  {
    id: 'reader',
    titleKey: 'settings:group.reader',
    entries: [
      entry(
        'profile',
        ReaderProfileSetting,
        'settings:reader.title',
        'settings:reader.text',
        'settings:reader.RPPS',
        'settings:reader.organisation.name',
      ),
      entry('pin', ReaderPinSetting, 'settings:pin.title', 'settings:pin.text', 'settings:pin.forgotten'),
      entry('templates', TemplatesSetting, 'settings:templates.title', 'settings:templates.text'),
    ],
  },
  {
    id: 'display',
    titleKey: 'settings:group.display',
    entries: [
      entry('language', LanguageSetting, 'settings:language.title', 'settings:language.text'),
      entry('overlays', OverlaysSetting, 'settings:overlays.title', 'settings:overlays.text'),
    ],
  },
  {
    id: 'keyboard',
    titleKey: 'settings:group.keyboard',
    entries: [entry('keys', KeyboardSetting, 'settings:group.keyboard', 'settings:keyboard.text')],
  },
  {
    id: 'security',
    titleKey: 'settings:group.security',
    entries: [
      entry(
        'keyStore',
        KeyStoreSetting,
        'settings:keyStore.title',
        'settings:keyStore.keychain',
        'settings:keyStore.key-file',
      ),
      entry('recovery', RecoveryKeySetting, 'settings:recovery.title', 'settings:recovery.text'),
    ],
  },
  {
    id: 'updates',
    titleKey: 'settings:group.updates',
    entries: [
      entry('updates', UpdatesSetting, 'settings:updates.title', 'settings:updates.text', 'settings:updates.feed'),
    ],
  },
  {
    id: 'about',
    titleKey: 'settings:group.about',
    entries: [
      entry('version', VersionSetting, 'settings:version.title'),
      entry('notice', NoticeSetting, 'settings:notice.title', 'first-run:notice.isNot', 'first-run:notice.certified'),
      entry('licences', LicencesSetting, 'settings:licences.title', 'settings:licences.text'),
    ],
  },
]
