import type { DicomPeer } from '../../../main/contract/settings.ts'
import { sampleTls } from '../../helpers/sample-station.ts'
import { servingWebAccess, WEB_SECRET } from '../../helpers/sample-web-access.ts'
import { expect, expectAccessible, look, test } from './screen-test.ts'

const all = { store: true, query: true, retrieve: true, commit: true }
const peer = (aeTitle: string, address: string, changes: Partial<DicomPeer> = {}): DicomPeer => ({
  ...{ aeTitle, address, port: null, tls: false, maxAssociations: null },
  may: { store: true, query: false, retrieve: false, commit: false },
  ...changes,
})
const peers = [
  peer('SCANNER_1', '192.168.10.31', { port: 104, may: { ...all, query: false, retrieve: false } }),
  peer('PACS_CHU', '192.168.10.5', { port: 2762, tls: true, may: all, maxAssociations: 8 }),
  peer('ECHO', '192.168.20.0/24', { may: { ...all, store: false, query: false, retrieve: false, commit: false } }),
]

test('remote AEs are entered, tried, ordered and removed by keyboard alone', async ({ page, start }) => {
  const station = await start({ settings: { peers: [] } })
  await page.goto(station.server.entry())
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Réseau DICOM' }).press('Enter')
  await expect(page.getByText('Aucun pour l’instant.')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-network-empty-fr')

  await page.getByRole('button', { name: 'Ajouter un AE distant' }).press('Enter')
  await expect(page.getByLabel('Titre AE')).toBeFocused()
  await page.keyboard.type('SCANNER_1')
  await page.keyboard.press('Tab')
  await page.keyboard.type('192.168.10.300')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Une adresse IP comme')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-network-typing-fr')
  await page.keyboard.press('Backspace')
  await page.keyboard.press('Tab')
  await page.keyboard.type('104')
  await page.getByRole('checkbox', { name: 'rechercher' }).press('Space')
  await page.getByRole('button', { name: 'C-ECHO' }).press('Enter')
  await expect(page.getByText('Il répond.')).toBeVisible()
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).press('Enter')
  await expect(page.getByRole('button', { name: 'Ajouter un AE distant' })).toBeFocused()
  const kept = peer('SCANNER_1', '192.168.10.30', {
    port: 104,
    may: { store: true, query: true, retrieve: false, commit: false },
  })
  await expect.poll(() => station.settings().peers).toEqual([kept])

  await page.keyboard.press('Enter')
  await page.keyboard.type('ECHO')
  await page.keyboard.press('Tab')
  await page.keyboard.type('192.168.20.0/24')
  await page.keyboard.press('Enter')
  await expect.poll(() => station.settings().peers.map(({ aeTitle }) => aeTitle)).toEqual(['SCANNER_1', 'ECHO'])
  await expect(page.getByRole('button', { name: 'Ajouter un AE distant' })).toBeFocused()
  await expect(page.getByRole('button', { name: 'C-ECHO vers ECHO' })).toBeDisabled()
  await page.getByRole('button', { name: 'Placer ECHO avant celui du dessus' }).press('Enter')
  await expect.poll(() => station.settings().peers.map(({ aeTitle }) => aeTitle)).toEqual(['ECHO', 'SCANNER_1'])
  await page.getByRole('button', { name: 'Modifier SCANNER_1' }).press('Enter')
  await expect(page.getByLabel('Titre AE')).toBeFocused()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Retirer ECHO' }).press('Enter')
  await expect.poll(() => station.settings().peers).toEqual([kept])
  await page.getByRole('button', { name: 'Rétablir' }).press('Enter')
  await expect.poll(() => station.settings().peers.map(({ aeTitle }) => aeTitle)).toEqual(['ECHO', 'SCANNER_1'])

  await page.getByRole('button', { name: 'Modifier SCANNER_1' }).press('Enter')
  await page.getByRole('checkbox', { name: 'Par TLS seulement' }).press('Space')
  await page.getByLabel('Empreinte SHA-256').fill('ab:cd')
  await expect(page.getByText('32 octets en hexadécimal')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-network-fingerprint-fr')
  await page.getByLabel('Empreinte SHA-256').fill('ab'.repeat(32))
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).press('Enter')
  const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
  await expect.poll(() => station.settings().peers.at(1)).toEqual({ ...kept, tls: true, fingerprint })

  await page.getByRole('radio', { name: /^Sont refusés/ }).press('Space')
  await expect.poll(() => station.settings().unknownPeers).toBe('refuse')
})

for (const language of ['fr', 'en'] as const)
  test(`the DICOM network says who may what, who does not answer, and how TLS stands, in ${language}`, async ({
    page,
    start,
  }) => {
    const station = await start({ settings: { language, peers }, tls: sampleTls })
    await page.goto(station.server.entry())
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
    await page.keyboard.press('Control+,')
    await page.getByRole('button', { name: language === 'fr' ? 'Réseau DICOM' : 'DICOM network' }).press('Enter')
    await page.getByRole('button', { name: /^C-ECHO .* PACS_CHU$/ }).press('Enter')
    await expect(page.getByText(language === 'fr' ? 'sous un autre titre AE' : 'under another AE title')).toBeVisible()
    await page
      .getByRole('button', { name: /SCANNER_1$/ })
      .first()
      .press('Enter')
    await expect(page.getByText(language === 'fr' ? 'Il répond.' : 'It answers.')).toBeVisible()
    await expectAccessible(page)
    await look(page, `settings-network-${language}`, 'both')
    // The large one held it all: only the small one has to be scrolled.
    const save = page.getByRole('button', { name: language === 'fr' ? 'Enregistrer et écouter' : 'Save and listen' })
    await save.scrollIntoViewIfNeeded()
    await look(page, `settings-network-tls-${language}`)
  })

test('TLS is set up from files, refused with a reason, and given up', async ({ page, start }) => {
  const station = await start()
  await page.goto(station.server.entry())
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'Réseau DICOM' }).press('Enter')
  await expect(page.getByText('Non configuré : cette station n’utilise que le DICOM non chiffré.')).toBeVisible()
  const save = page.getByRole('button', { name: 'Enregistrer et écouter' })
  const choose = async (label: string, text: string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: label, exact: true }).press('Enter')
    await (await chooser).setFiles({ name: `${label}.pem`, mimeType: 'text/plain', buffer: Buffer.from(text) })
  }
  await choose('Clé privée', 'nothing')
  await choose('Certificat', 'certificate')
  await expect(save).toBeDisabled()
  await choose('Autorités', 'authorities')
  await save.press('Enter')
  await expect(page.getByText('La clé privée est illisible')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-network-refused-fr')
  await choose('Clé privée', '-----BEGIN PRIVATE KEY-----')
  await save.press('Enter')
  await expect(page.getByText('À l’écoute sur le port 2762.')).toBeVisible()
  await expect(page.getByText('astreinte.chu-grayville.example').first()).toBeVisible()
  await page.getByRole('button', { name: 'Ne plus utiliser' }).press('Enter')
  await expect(page.getByRole('button', { name: 'Effacer la clé' })).toBeFocused()
  await expect(page.getByRole('alert')).toContainText('seront effacés d’ici')
  await expectAccessible(page)
  await look(page, 'settings-network-erase-fr')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Non configuré : cette station n’utilise que le DICOM non chiffré.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Clé privée', exact: true })).toBeFocused()
})

for (const language of ['fr', 'en'] as const)
  test(`DICOMweb for other machines says where it listens and who may use it, in ${language}`, async ({
    page,
    start,
  }) => {
    const station = await start({ settings: { language }, webAccess: servingWebAccess })
    await page.goto(station.server.entry())
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
    await page.keyboard.press('Control+,')
    await page.getByRole('button', { name: 'DICOMweb' }).press('Enter')
    await expect(page.getByText('Échographe salle 3')).toBeVisible()
    await expectAccessible(page)
    await page.getByRole('button', { name: /^(Ajouter un client|Add a client)$/ }).scrollIntoViewIfNeeded()
    await look(page, `settings-dicomweb-${language}`)
  })

test('DICOMweb is switched on, gives a secret once, and an access is taken back, by keyboard alone', async ({
  page,
  start,
}) => {
  const station = await start()
  await page.goto(station.server.entry())
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible()
  await page.keyboard.press('Control+,')
  await page.getByRole('button', { name: 'DICOMweb' }).press('Enter')
  const access = page.getByRole('region', { name: 'DICOMweb pour d’autres machines' })
  const save = access.getByRole('button', { name: 'Enregistrer' })
  await expect(access.getByText('Désactivé : cette station')).toBeVisible()
  await expect(save).toBeDisabled()
  await access.getByRole('switch', { name: 'Servir les autres machines' }).press('Space')
  await save.press('Enter')
  await expect(access.getByText('Il manque une clé et son certificat')).toBeVisible()
  const choose = async (label: string, text: string) => {
    const chooser = page.waitForEvent('filechooser')
    await access.getByRole('button', { name: label, exact: true }).press('Enter')
    await (await chooser).setFiles({ name: `${label}.pem`, mimeType: 'text/plain', buffer: Buffer.from(text) })
  }
  await choose('Clé privée', '-----BEGIN PRIVATE KEY-----')
  await expect(save).toBeDisabled()
  await choose('Certificat', 'certificate')
  const origins = access.getByLabel('Pages autorisées (CORS)')
  await origins.fill('https://viewer.example/ohif')
  await origins.press('Enter')
  await expect(access.getByText('n’est pas une origine')).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-dicomweb-typing-fr')
  await origins.fill('https://viewer.example')
  await origins.press('Enter')
  await save.press('Enter')
  await expect(
    access.getByText('À l’écoute : https://192.168.10.24:8443/dicom-web, https://[2001:db8::24]:8443/dicom-web'),
  ).toBeVisible()

  const add = page.getByRole('button', { name: 'Ajouter un client' })
  await add.press('Enter')
  await expect(page.getByLabel('Nom du client')).toBeFocused()
  await page.keyboard.type('Visionneuse Web')
  await page.keyboard.press('Enter')
  await expect(page.getByText(WEB_SECRET)).toBeVisible()
  await expectAccessible(page)
  await look(page, 'settings-dicomweb-secret-fr')
  await page.getByRole('button', { name: 'Je l’ai noté' }).press('Enter')
  await expect(page.getByText(WEB_SECRET)).toBeHidden()
  await expect(add).toBeFocused()
  await page.getByRole('button', { name: 'Retirer l’accès de Visionneuse Web' }).press('Enter')
  await page.getByRole('button', { name: 'Retirer l’accès', exact: true }).press('Enter')
  await expect(page.getByText('Aucun pour l’instant : personne n’a accès.')).toBeVisible()
  await expect(add).toBeFocused()
})
