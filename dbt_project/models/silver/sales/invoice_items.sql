{{ document_items('invoice', ref('invoices'), 'issued_date', returned='0') }}
