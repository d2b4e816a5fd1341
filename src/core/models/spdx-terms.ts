/** Terms of the licences of the SPDX list (3.0.24): data for `spdx.ts`. The database holds the first list, too. */

const listed = (ids: string): ReadonlySet<string> => new Set(ids.trim().split(/\s+/));

/** Licences that forbid commercial use, or use in production. */
export const NON_COMMERCIAL = listed(`
  Aladdin BUSL-1.1 CC-BY-NC-1.0 CC-BY-NC-2.0 CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-3.0-DE CC-BY-NC-3.0-IGO
  CC-BY-NC-4.0 CC-BY-NC-ND-1.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-2.5 CC-BY-NC-ND-3.0 CC-BY-NC-ND-3.0-DE
  CC-BY-NC-ND-3.0-IGO CC-BY-NC-ND-4.0 CC-BY-NC-SA-1.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.0-DE
  CC-BY-NC-SA-2.0-FR CC-BY-NC-SA-2.0-UK CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0 CC-BY-NC-SA-3.0-DE
  CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 NCGL-UK-2.0 PolyForm-Noncommercial-1.0.0
`);

/** Licences that require derivatives of the work, or of a part of it, to be shared under the same terms. */
export const SHARE_ALIKE = listed(`
  AGPL-1.0-only AGPL-1.0-or-later AGPL-3.0-only AGPL-3.0-or-later APSL-1.0 APSL-1.1 APSL-1.2 APSL-2.0
  Aladdin Arphic-1999 BSD-Protection BitTorrent-1.0 BitTorrent-1.1 CAL-1.0 CAL-1.0-Combined-Work-Exception
  CATOSL-1.1 CC-BY-NC-SA-1.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.0-DE CC-BY-NC-SA-2.0-FR CC-BY-NC-SA-2.0-UK
  CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0 CC-BY-NC-SA-3.0-DE CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 CC-BY-SA-1.0
  CC-BY-SA-2.0 CC-BY-SA-2.0-UK CC-BY-SA-2.1-JP CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-3.0-AT CC-BY-SA-3.0-DE
  CC-BY-SA-3.0-IGO CC-BY-SA-4.0 CC-SA-1.0 CDDL-1.0 CDDL-1.1 CDLA-Sharing-1.0 CECILL-1.0 CECILL-1.1
  CECILL-2.0 CECILL-2.1 CECILL-C CERN-OHL-1.1 CERN-OHL-1.2 CERN-OHL-S-2.0 CERN-OHL-W-2.0 CPAL-1.0 CPL-1.0
  CUA-OPL-1.0 D-FSL-1.0 EPL-1.0 EPL-2.0 ESA-PL-strong-copyleft-2.4 ESA-PL-weak-copyleft-2.4 EUPL-1.0
  EUPL-1.1 EUPL-1.2 ErlPL-1.1 Frameworx-1.0 FreeImage GFDL-1.1-invariants-only
  GFDL-1.1-invariants-or-later GFDL-1.1-no-invariants-only GFDL-1.1-no-invariants-or-later GFDL-1.1-only
  GFDL-1.1-or-later GFDL-1.2-invariants-only GFDL-1.2-invariants-or-later GFDL-1.2-no-invariants-only
  GFDL-1.2-no-invariants-or-later GFDL-1.2-only GFDL-1.2-or-later GFDL-1.3-invariants-only
  GFDL-1.3-invariants-or-later GFDL-1.3-no-invariants-only GFDL-1.3-no-invariants-or-later GFDL-1.3-only
  GFDL-1.3-or-later GPL-1.0-only GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only
  GPL-3.0-or-later IPA IPL-1.0 Interbase-1.0 LAL-1.2 LAL-1.3 LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only
  LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later LGPLLR LPL-1.0 LPL-1.02 LiLiQ-R-1.1 LiLiQ-Rplus-1.1
  Linux-man-pages-copyleft Linux-man-pages-copyleft-2-para Linux-man-pages-copyleft-var MPL-1.0 MPL-1.1
  MPL-2.0 MPL-2.0-no-copyleft-exception MS-RL Motosoto NASA-1.3 NGPL NOSL NPL-1.0 NPL-1.1 NPOSL-3.0 Nokia
  OCCT-PL OCLC-2.0 ODbL-1.0 OFL-1.0 OFL-1.0-RFN OFL-1.0-no-RFN OFL-1.1 OFL-1.1-RFN OFL-1.1-no-RFN OGTSL
  OPL-1.0 OSET-PL-2.1 OSL-1.0 OSL-1.1 OSL-2.0 OSL-2.1 OSL-3.0 Parity-6.0.0 Parity-7.0.0 QPL-1.0
  QPL-1.0-INRIA-2004 RHeCos-1.1 RPL-1.1 RPL-1.5 RPSL-1.0 SISSL SISSL-1.2 SMAIL-GPL SMPPL SPL-1.0 SSPL-1.0
  SimPL-2.0 Sleepycat SugarCRM-1.1.3 TAPR-OHL-1.0 TGPPL-1.0 TPL-1.0 Ubuntu-font-1.0 Watcom-1.0 YPL-1.0
  YPL-1.1 Zimbra-1.3 Zimbra-1.4 copyleft-next-0.3.0 copyleft-next-0.3.1 gSOAP-1.3b AGPL-1.0 AGPL-3.0
  GFDL-1.1 GFDL-1.2 GFDL-1.3 GPL-1.0 GPL-2.0 GPL-2.0-with-GCC-exception GPL-2.0-with-autoconf-exception
  GPL-2.0-with-bison-exception GPL-2.0-with-classpath-exception GPL-2.0-with-font-exception GPL-3.0
  GPL-3.0-with-GCC-exception GPL-3.0-with-autoconf-exception LGPL-2.0 LGPL-2.1 LGPL-3.0 eCos-2.0
`);
