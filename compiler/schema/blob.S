/* The tables as schema/pack made them. */
    .section .rodata
    .global schema_blob
    .global schema_blob_end
    .balign 64
schema_blob:
    .incbin "schema.bin"
schema_blob_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
