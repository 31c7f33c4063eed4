#ifndef ASTRA_FREEBSD_OSRELDATE_H
#define ASTRA_FREEBSD_OSRELDATE_H

#define __FreeBSD_version 1400097

#endif
