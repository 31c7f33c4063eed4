#ifndef ASTRA_WINDOWS_ASTRA_WINDOWS_H
#define ASTRA_WINDOWS_ASTRA_WINDOWS_H

/* The types of the Windows headers that public headers name. */
#include <stddef.h>
typedef int BOOL;
typedef unsigned char BYTE, UCHAR, BOOLEAN;
typedef char CHAR;
typedef signed char INT8;
typedef unsigned char UINT8;
typedef short SHORT, INT16;
typedef unsigned short WORD, USHORT, UINT16;
typedef int INT, INT32;
typedef unsigned int UINT, UINT32, DWORD32, ULONG32;
typedef long LONG, HRESULT;
typedef unsigned long DWORD, ULONG;
typedef float FLOAT;
typedef long long LONGLONG, LONG64, INT64;
typedef unsigned long long ULONGLONG, DWORDLONG, ULONG64, UINT64, DWORD64;
typedef __INTPTR_TYPE__ INT_PTR, LONG_PTR, SSIZE_T, LPARAM, LRESULT;
typedef __UINTPTR_TYPE__ UINT_PTR, ULONG_PTR, DWORD_PTR, SIZE_T, WPARAM;
typedef wchar_t WCHAR;
typedef WORD ATOM, LANGID;
typedef DWORD LCID, COLORREF;
typedef void *PVOID, *LPVOID, *HANDLE;
typedef const void *LPCVOID;
typedef CHAR *LPSTR, *PSTR;
typedef const CHAR *LPCSTR, *PCSTR;
typedef WCHAR *LPWSTR, *PWSTR;
typedef const WCHAR *LPCWSTR, *PCWSTR;
typedef BYTE *LPBYTE, *PBYTE;
typedef DWORD *LPDWORD, *PDWORD;
typedef LONG *PLONG, *LPLONG;
typedef BOOL *PBOOL, *LPBOOL;
typedef WORD *LPWORD, *PWORD;
#define DECLARE_HANDLE(name) typedef struct name##__ { int unused; } *name
DECLARE_HANDLE(HINSTANCE);
DECLARE_HANDLE(HWND);
DECLARE_HANDLE(HDC);
DECLARE_HANDLE(HICON);
DECLARE_HANDLE(HMENU);
DECLARE_HANDLE(HKEY);
typedef HINSTANCE HMODULE;
typedef INT_PTR (__stdcall *FARPROC)(void);
typedef struct _FILETIME { DWORD dwLowDateTime, dwHighDateTime; } FILETIME;
typedef struct _GUID {
    unsigned long Data1;
    unsigned short Data2, Data3;
    unsigned char Data4[8];
} GUID;
typedef union _LARGE_INTEGER {
    struct { DWORD LowPart; LONG HighPart; };
    struct { DWORD LowPart; LONG HighPart; } u;
    LONGLONG QuadPart;
} LARGE_INTEGER;
typedef union _ULARGE_INTEGER {
    struct { DWORD LowPart; DWORD HighPart; };
    struct { DWORD LowPart; DWORD HighPart; } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER;
typedef struct _OVERLAPPED {
    ULONG_PTR Internal, InternalHigh;
    union {
        struct { DWORD Offset, OffsetHigh; };
        PVOID Pointer;
    };
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;
typedef struct _RTL_CRITICAL_SECTION CRITICAL_SECTION, *LPCRITICAL_SECTION;
typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef struct _RTL_SRWLOCK { PVOID Ptr; } SRWLOCK;
typedef struct _RTL_CONDITION_VARIABLE { PVOID Ptr; } CONDITION_VARIABLE;
typedef union _RTL_RUN_ONCE INIT_ONCE;
#define WINAPI __stdcall
#define CALLBACK __stdcall
#define APIENTRY __stdcall
#define WINAPIV __cdecl
#define CONST const
#define VOID void
#define FALSE 0
#define TRUE 1
#define MAX_PATH 260
#define IN
#define OUT
#define FAR
#define NEAR
#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

#endif
