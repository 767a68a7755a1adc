/** The renderer's entry: styles, then the providers, then the window. */
import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './ui/global.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { App } from './app.tsx'
import { offerHandOver } from './report/saving/hand-over.ts'
import { queryClient } from './services/client.ts'
import { speak, words } from './services/i18n.ts'
import { cssVariables, theme } from './ui/theme.ts'

speak(words.language === 'en' ? 'en' : 'fr')

offerHandOver()

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme="dark">
      <QueryClientProvider client={queryClient}>
        <I18nextProvider i18n={words}>
          <Notifications position="bottom-right" limit={1} autoClose={6000} transitionDuration={100} />
          <App />
        </I18nextProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
